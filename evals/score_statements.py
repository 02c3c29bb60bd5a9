"""Scores mentions, relations and status statements of the registry against an answer key of documents.

`python -m evals.score_statements GOLD.jsonl [--failures]`; `TROLY_DATA_DIR` says which library, the one that the key's
document was taken into. A line of the key is a document: `canonical_number` and `key` (none where it has no number),
`type`, `date`, `title`, `mentions` (`sentence`), `relations` (`type`, `direction`, `target`, `target_id`, `stated`),
`implementation_status` (`label`, `basis`).

What is counted:

- mentions: of each numbered document, how often the text names it; precision and recall over all.
- relations: those that the key calls explicit, whose other end is a document (a body or a person is none) and whose
  kind is in `relations.tsv`; numbered ends are compared by key, others by name.
- statements: (document, state) pairs. A pair of the key is right where the record's timeline holds one of the states
  that `ACCEPTED` allows for its label; a pair of the timeline that no label of the key allows is false. Pairs that the
  key calls inferred are counted apart, and so are documents without a number.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.config import Settings
from assistant.service import Assistant, open_assistant
from ingest.folding import fold_words
from ingest.numbers import make_key
from vectorstore.models import Record
from vectorstore.records import as_seen_from_source, relation_kinds

ACCEPTED: dict[str, frozenset[str]] = {
    "in_progress": frozenset({"in_progress", "delayed", "paused"}),
    "planned": frozenset({"planned", "not_started"}),
    "in_preparation": frozenset({"in_preparation", "in_progress"}),
    # Another document was issued to carry this one out: it is being carried out.
    "plan_issued": frozenset({"in_progress", "issued"}),
    # Bodies were set up and surveys made as the plan says; whether all of it is done, the text leaves open.
    "implemented": frozenset({"in_progress", "completed"}),
    "mid_term_report": frozenset({"in_progress", "issued"}),
    "comments_given": frozenset({"in_progress", "in_preparation", "draft"}),
    # Made public, approved or changed: in this table's words it has been issued.
    "announced": frozenset({"issued", "completed"}),
    "approved": frozenset({"issued"}),
    "amended": frozenset({"issued", "in_progress"}),
    # A report that was "done" has a number and a date: issued.
    "done": frozenset({"completed", "issued"}),
    "draft_or_unregistered": frozenset({"draft", "in_preparation"}),
}
"""Label of the key → states of `statuses.tsv` that say the same; a label that is not here stands for itself."""
_UNSTATED = "basis_only"
_NO_DOCUMENT = ("body:", "person:")


@dataclass(slots=True)
class Tally:
    """Right, wanted and reported, with what went wrong."""

    right: int = 0
    wanted: int = 0
    reported_right: int = 0
    reported: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Right / wanted; 1 where nothing is wanted."""
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def precision(self) -> float:
        """Reported and right / reported; 1 where nothing is reported."""
        return self.reported_right / self.reported if self.reported else 1.0

    def __add__(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(
            self.right + other.right,
            self.wanted + other.wanted,
            self.reported_right + other.reported_right,
            self.reported + other.reported,
            self.failures + other.failures,
        )


@dataclass(frozen=True, slots=True)
class Scores:
    """The tallies by what they count."""

    mentions: Tally
    relations: Tally
    relations_by_number: Tally
    statements: Tally
    inferred: Tally
    unnumbered: Tally


def score(gold: Sequence[dict[str, Any]], assistant: Assistant) -> Scores:
    """Score a library against a key."""
    records = {row["id"]: _record_of(row, assistant) for row in gold}
    titles = {row["id"]: row["title"] or "" for row in gold}
    kinds = relation_kinds()
    scores = Scores(*(Tally() for _ in range(6)))
    _score_mentions(gold, assistant, scores.mentions)
    for row in gold:
        record = records[row["id"]]
        _score_relations(row, record, titles, kinds, scores)
        _score_statements(row, record, scores)
    return scores


def _record_of(row: dict[str, Any], assistant: Assistant) -> Record | None:
    if row["key"]:
        lookup = assistant.status(row["canonical_number"])
        return lookup.record if lookup.record and lookup.record.key == row["key"] else None
    registry = assistant.registry
    day = row["date"]
    for one in registry.named():
        if not _same_type(one.type, row["type"]):
            continue
        if (day and one.date and one.date.isoformat() == day) or _same(registry.candidate(one).title, row["title"]):
            return registry.record(one)
    return None


def _same_type(found: str | None, wanted: str) -> bool:
    """Whether two type words are one; the key writes some fuller (`Dự thảo Quyết định`, `Kế hoạch thí điểm`)."""
    one, other = fold_words(found or ""), fold_words(wanted)
    return bool(one) and (other == one or other.startswith(f"{one} ") or other.endswith(f" {one}"))


def _score_mentions(gold: Sequence[dict[str, Any]], assistant: Assistant, tally: Tally) -> None:
    wanted = Counter({row["key"]: len(row["mentions"]) for row in gold if row["key"]})
    found = Counter({one.key: len(one.rows) for one in assistant.registry.identities() if one.key})
    both = wanted & found
    tally.right = tally.reported_right = both.total()
    tally.wanted, tally.reported = wanted.total(), found.total()
    tally.failures += [f"mention missed {key} {count}" for key, count in (wanted - found).items()]
    tally.failures += [f"mention too many {key} {count}" for key, count in (found - wanted).items()]


Link = tuple[str, str, str | None, str]
"""(kind, direction, key, name); of a key and a name the key decides."""


def _score_relations(
    row: dict[str, Any], record: Record | None, titles: dict[str, str], kinds: frozenset[str], scores: Scores
) -> None:
    if record is None and not row["key"]:
        return
    wanted = list(_wanted_links(row, titles, kinds))
    found: list[Link] = [
        (link.relation, link.direction, link.key, link.name or "") for link in (record.relations if record else ())
    ]
    for link in wanted:
        right = any(_same_link(link, other) for other in found)
        for tally in [scores.relations] + [scores.relations_by_number] * bool(link[2]):
            tally.wanted += 1
            tally.right += right
        if not right:
            scores.relations.failures.append(f"relation missed {_named(row)} {link}")
    # The key lists inferred links too: to report one of them is no error.
    allowed = list(_wanted_links(row, titles, kinds, stated_only=False))
    for other in found:
        right = any(_same_link(link, other, kind=False) for link in allowed)
        for tally in [scores.relations] + [scores.relations_by_number] * bool(other[2]):
            tally.reported += 1
            tally.reported_right += right
        if not right:
            scores.relations.failures.append(f"relation false {_named(row)} {other}")


def _wanted_links(
    row: dict[str, Any], titles: dict[str, str], kinds: frozenset[str], stated_only: bool = True
) -> Iterator[Link]:
    for relation in row["relations"]:
        target = relation["target"]
        if target.startswith(_NO_DOCUMENT) or (stated_only and relation["stated"] != "explicit"):
            continue
        if stated_only and relation["type"] not in kinds:
            continue
        numbered = "/" in target
        name = target if numbered else titles.get(relation.get("target_id") or target, target)
        # The key gives some inverse relations as "out"; the command line's contract calls every inverse "in".
        direction = "in" if as_seen_from_source(relation["type"]) != relation["type"] else "out"
        yield relation["type"], direction, make_key(target) if numbered else None, name


def _same_link(wanted: Link, found: Link, kind: bool = True) -> bool:
    if wanted[1] != found[1] or (kind and wanted[0] != found[0]):
        return False
    return wanted[2] == found[2] if wanted[2] or found[2] else _same(wanted[3], found[3])


def _same(one: str | None, other: str | None) -> bool:
    """Whether two names are one: the words of the shorter stand in the longer, and are no mere type word."""
    first, second = fold_words(one or ""), fold_words(other or "")
    shorter, longer = sorted((first, second), key=len)
    if len(shorter.split()) < 3:
        return bool(shorter) and shorter == longer
    return shorter in longer or _overlap(shorter, longer) >= 0.85


def _overlap(shorter: str, longer: str) -> float:
    words = Counter(shorter.split())
    return (words & Counter(longer.split())).total() / words.total()


def _score_statements(row: dict[str, Any], record: Record | None, scores: Scores) -> None:
    stated = scores.statements if row["key"] else scores.unnumbered
    states = {entry.state for entry in record.timeline} if record else set()
    labels = {(one["label"], one["basis"]) for one in row["implementation_status"]}
    for label, basis in sorted(labels):
        tally = stated if basis == "stated" else scores.inferred
        right = bool(states & _accepted(label))
        tally.wanted += 1
        tally.right += right
        if not right:
            tally.failures.append(f"state missed {_named(row)} {label} ({basis}), have {sorted(states)}")
    for state in sorted(states - {_UNSTATED}):
        right = any(state in _accepted(label) for label, _ in labels)
        stated.reported += 1
        stated.reported_right += right
        if not right:
            stated.failures.append(f"state false {_named(row)} {state}, key {sorted(label for label, _ in labels)}")


def _accepted(label: str) -> frozenset[str]:
    return ACCEPTED.get(label, frozenset({label}))


def _named(row: dict[str, Any]) -> str:
    return str(row["canonical_number"] or row["title"][:60])


def as_lines(scores: Scores) -> Iterator[str]:
    """The figures for a person, one kind a line."""
    for name in ("mentions", "relations", "relations_by_number"):
        tally: Tally = getattr(scores, name)
        yield (
            f"{name} recall {tally.recall:.3f} ({tally.right}/{tally.wanted}) "
            f"precision {tally.precision:.3f} ({tally.reported_right}/{tally.reported})"
        )
    yield _states_line("statements", scores.statements)
    yield f"inferred right {_share(scores.inferred)}"
    yield _states_line("unnumbered", scores.unnumbered)
    yield _states_line("all stated", scores.statements + scores.unnumbered)


def _states_line(name: str, tally: Tally) -> str:
    wrong = tally.reported - tally.reported_right
    return f"{name} right {_share(tally)} false {1 - tally.precision:.3f} ({wrong}/{tally.reported})"


def _share(tally: Tally) -> str:
    return f"{tally.recall:.3f} ({tally.right}/{tally.wanted})"


def main(arguments: Sequence[str] | None = None) -> None:
    """Score the library of the settings and print."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    paths = [argument for argument in given if not argument.startswith("--")]
    if len(paths) != 1:
        sys.exit("python -m evals.score_statements GOLD.jsonl [--failures]")
    gold = [json.loads(line) for line in Path(paths[0]).read_text(encoding="utf-8").splitlines() if line.strip()]
    assistant = open_assistant(Settings())
    try:
        scores = score(gold, assistant)
    finally:
        assistant.close()
    lines = list(as_lines(scores))
    if "--failures" in given:
        tallies = (scores.mentions, scores.relations, scores.statements, scores.inferred, scores.unnumbered)
        lines = [failure for tally in tallies for failure in tally.failures] + lines
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
