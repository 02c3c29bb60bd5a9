"""Questions that a program proposes about documents, with their gold: drafts, until a person confirms them.

They come from the records, their dated statements, table rows and sections; and from what the documents do not say:
numbers that nobody issued, and figures that no sentence gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from evals.facts import find_facts, match_key, words
from prompts import label

if TYPE_CHECKING:
    from assistant.service import Assistant
    from ingest.models import Section
    from vectorstore.models import Record

_MOST_OF_A_KIND = 20
_SENTENCE_LENGTH = (40, 400)
_MONEY = re.compile(r"kinh phí|vốn|đồng\b|ngân sách", re.IGNORECASE)
_QUANTITY = re.compile(r"^(?P<figure>\d[\d.,/]*)\s+(?P<unit>\D{2,40})$")


def draft_questions(assistant: Assistant, most: int = _MOST_OF_A_KIND) -> list[dict[str, Any]]:
    """Proposed cases, as a `questions.jsonl` holds them, each with `machine_made`.

    Args:
        assistant: over the documents.
        most: questions of each kind at the most.
    """
    records = [
        record for identity in assistant.registry.identities() if (record := assistant.registry.record(identity))
    ]
    named = [record for record in records if record.number and record.key and _is_single(assistant, record)]
    kinds = (
        ("tt", _of_status(named)),
        ("ng", _of_days(named)),
        ("sl", _of_quantities(named)),
        ("qh", _of_relations(named)),
        ("bg", _of_tables(assistant)),
        ("dm", _of_sections(assistant)),
        ("gs", _of_near_misses(named, {record.key for record in records if record.key})),
        ("kc", _of_missing_figures(named)),
    )
    drafts: list[dict[str, Any]] = []
    asked: set[tuple[str, ...]] = set()
    for prefix, proposed in kinds:
        fresh = (one for one in proposed if _is_new(one, asked))
        for number, one in enumerate(_first(fresh, most), 1):
            drafts.append({"id": f"{prefix}{number:03d}", **one, "machine_made": True})
    return drafts


def _first(proposed: Iterator[dict[str, Any]], most: int) -> Iterator[dict[str, Any]]:
    for _, one in zip(range(most), proposed, strict=False):
        yield one


def _is_new(one: dict[str, Any], asked: set[tuple[str, ...]]) -> bool:
    question = tuple(words(one["question"]))
    if question in asked:
        return False
    asked.add(question)
    return True


def _is_single(assistant: Assistant, record: Record) -> bool:
    """Whether the number alone names the record."""
    return bool(record.number) and assistant.status(str(record.number)).outcome == "found"


def _case(question: str, kind: str, record: Record | None = None, **gold: Any) -> dict[str, Any]:
    keys = {"gold_keys": [record.key]} if record and record.key else {}
    return {"question": question, "kind": kind, "lang": "vi", "expected_behaviour": "answer", **keys, **gold}


def _name(record: Record) -> str:
    # An official letter has no type in its number.
    return f"{label('vi', 'type', record.type) if record.type else 'Văn bản'} số {record.number}"


def _of_status(records: Sequence[Record]) -> Iterator[dict[str, Any]]:
    for record in records:
        if record.current and not record.conflicts and record.current.state != "basis_only":
            timeline = [
                {"state": entry.state, "as_of": entry.as_of.isoformat()} for entry in record.timeline if entry.as_of
            ]
            yield _case(
                f"{_name(record)} hiện ở tình trạng nào?",
                "status_lookup",
                record,
                gold_evidence=[record.current.evidence.quote],
                gold_record={"number": record.number, "state": record.current.state, "timeline": timeline},
            )


def _of_days(records: Sequence[Record]) -> Iterator[dict[str, Any]]:
    """The day of a document, where a sentence states it beside the number."""
    for record in records:
        for evidence in record.evidence if record.date else ():
            if record.date and ("date", record.date.isoformat()) in find_facts(evidence.quote):
                written = f"{record.date.day}/{record.date.month}/{record.date.year}"
                yield _case(
                    f"{_name(record)} được ban hành ngày nào?",
                    "factual",
                    record,
                    gold_answer=f"Ngày {written}.",
                    gold_evidence=[evidence.quote],
                    gold_numbers=[written],
                )
                break


def _of_quantities(records: Sequence[Record]) -> Iterator[dict[str, Any]]:
    for record in records:
        entry = record.current
        for quantity in entry.quantities if entry else ():
            match = _QUANTITY.match(quantity)
            if entry and match and quantity in entry.evidence.quote:
                yield _case(
                    f"Theo thông tin gần nhất, {_name(record)} có bao nhiêu {match['unit'].strip()}?",
                    "count",
                    record,
                    gold_answer=f"{quantity}.",
                    gold_evidence=[entry.evidence.quote],
                    gold_numbers=[quantity],
                )


_ASKED_RELATIONS = {
    "replaces": "thay thế văn bản nào",
    "amends": "điều chỉnh, sửa đổi văn bản nào",
    "implements": "được ban hành để thực hiện văn bản nào",
}


def _of_relations(records: Sequence[Record]) -> Iterator[dict[str, Any]]:
    for record in records:
        for relation, asks in _ASKED_RELATIONS.items():
            links = [link for link in record.relations if (link.relation, link.direction) == (relation, "out")]
            if len(links) == 1 and links[0].key:
                case = _case(f"{_name(record)} {asks}?", "relation", record, gold_evidence=[links[0].evidence.quote])
                yield {**case, "gold_keys": [record.key, links[0].key]}


def _of_tables(assistant: Assistant) -> Iterator[dict[str, Any]]:
    """A cell of a table's last column, by what stands in its second."""
    for document in assistant.catalogue.documents():
        head: list[str] = []
        for line in assistant.catalogue.text_of(document.id).splitlines():
            cells = [cell.strip() for cell in line.split(" | ")]
            if len(cells) < 3:
                head = []
            elif not head:
                head = cells
            elif len(cells) == len(head) and cells[0].rstrip(".").isdigit() and cells[1] and cells[-1]:
                yield _case(
                    f"{head[-1]} của {cells[1]} là gì?", "table", gold_answer=cells[-1], gold_evidence=[line.strip()]
                )


def _of_sections(assistant: Assistant) -> Iterator[dict[str, Any]]:
    """What an article of a numbered document says."""
    for document in assistant.catalogue.documents():
        number = assistant.passages.open(document.id).source.number
        text = assistant.catalogue.text_of(document.id)
        for section in assistant.catalogue.sections(document.id) if number else ():
            first = _first_sentence(text, section)
            if re.fullmatch(r"Điều \d+\w?", section.label) and first:
                yield _case(f"{section.label} của văn bản số {number} quy định gì?", "article", gold_evidence=[first])


def _first_sentence(text: str, section: Section) -> str | None:
    line = section.span.of(text).strip().split("\n", 1)[0]
    return line if _SENTENCE_LENGTH[0] <= len(line) <= _SENTENCE_LENGTH[1] else None


def _of_near_misses(records: Sequence[Record], known: set[str]) -> Iterator[dict[str, Any]]:
    """A number one off that no document has: a near miss is never an answer."""
    for record in records:
        match = re.match(r"\d+", record.number or "")
        if match:
            near = f"{int(match[0]) + 1}{(record.number or '')[match.end() :]}"
            if match_key(near) not in known:
                typed = label("vi", "type", record.type) if record.type else "Văn bản"
                case = _case(f"{typed} số {near} hiện ở tình trạng nào?", "near_miss")
                yield {**case, "expected_behaviour": "abstain"}


def _of_missing_figures(records: Sequence[Record]) -> Iterator[dict[str, Any]]:
    """The cost of what no sentence about it gives a cost for."""
    for record in records:
        if not record.held_in and record.evidence and not any(_MONEY.search(one.quote) for one in record.evidence):
            case = _case(f"Kinh phí thực hiện {_name(record)} là bao nhiêu?", "unanswerable")
            yield {**case, "expected_behaviour": "abstain"}
