"""Questions that ask for records or table rows: complete lists, and counts that are counted from them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.draft import Ground, Line
from assistant.extremes import asked_extreme
from assistant.found_sentences import FoundSentence
from assistant.intents import Intent, listed_type, states_asked
from assistant.models import Language
from assistant.naming import document_name, quoted, record_name
from assistant.periods import Period
from assistant.status import StatusWriter
from assistant.understand import Understanding
from ingest.dates import find_dates
from ingest.folding import fold_words
from ingest.models import Span
from ingest.numbers import issuer_name, type_name
from prompts import label, say
from vectorstore.identities import Identity
from vectorstore.models import Record, TimelineEntry
from vectorstore.passages import PassageCache
from vectorstore.registry import Filter, Registry

_DOCUMENT_WORDS = re.compile(
    r"van ban|documents?\b|ke hoach|quyet dinh|cong van|bao cao|nghi quyet|plans?\b|decisions?\b"
)
_GENERAL = frozenset(
    [
        "ban",
        "hanh",
        "ubnd",
        "uy",
        "nhan",
        "dan",
        "thanh",
        "pho",
        "tp",
        "mang",
        "ky",
        "hieu",
        "nhac",
        "toi",
        "document",
        "documents",
        "mention",
        "mentioned",
        "issued",
        "list",
        "tat",
        "ca",
        "danh",
        "muc",
        "thuoc",
        "nhiem",
        "vu",
    ]
)
_TASKS = re.compile(
    r"(?<!\w)(?:van ban|ke hoach|quyet dinh|nhiem vu|de an|du an|chuong trinh|plans?|decisions?|documents?"
    r"|tasks?)(?!\w)"
)
_IN_TABLE = re.compile(r"(?<!\w)(?:trong bang|danh muc|dong so|phu luc|table|annex)")
_LEADING_TYPES = re.compile(r"^(?:de an|du an|quy hoach)\s+(?=\w+ \w)")


def _bare_topic(asked: Understanding) -> list[str]:
    """The topic's words without issuers, general words, and the type word before a name (`đề án đô thị …`)."""
    words = [word for word in asked.topic if word not in _GENERAL and word not in _issuer_words(asked)]
    return _LEADING_TYPES.sub("", " ".join(words)).split()


class ListWriter:
    """Finds and writes lists of records.

    Args:
        registry: where the records are.
        opened: opens documents for quotes.
    """

    def __init__(self, registry: Registry, opened: PassageCache) -> None:
        self._registry, self._opened = registry, opened

    def records(self, asked: Understanding) -> list[Identity] | None:
        """The records that a question asks to list or count; None where it does not ask for records."""
        if not self._asks_for_records(asked):
            return None
        wanted = Filter(
            type_code=asked.series[0] if asked.series else asked.type_code,
            issuer_code=asked.series[1] if asked.series else None,
            day=asked.days[0] if len(asked.days) == 1 else None,
            month=_month(asked),
            year=_year(asked),
        )
        found = self._registry.listed(wanted)
        if asked.issuers and not asked.series:
            found = [identity for identity in found if any(self._issued_by(identity, name) for name in asked.issuers)]
        topic = _bare_topic(asked)
        if topic and not asked.series:
            found = [identity for identity in found if self._about(identity, topic)]
        narrowed = bool(topic or asked.issuers or wanted != Filter())
        return found if narrowed else None

    def asks_for_state(self, asked: Understanding) -> bool:
        """Whether a question lists or counts documents by their status."""
        folded = fold_words(asked.question)
        counted = asked.intent in {Intent.LIST, Intent.HOW_MANY}
        return counted and bool(states_asked(folded)) and listed_type(folded) is not None

    def in_state(self, asked: Understanding, writer: StatusWriter) -> list[Line]:
        """The documents whose current status, or whose status in the period asked for, is the one that is named."""
        folded = fold_words(asked.question)
        states = states_asked(folded) if asked.intent in {Intent.LIST, Intent.HOW_MANY} else ()
        if not states or not _TASKS.search(folded) or _IN_TABLE.search(folded):
            return []
        code = listed_type(folded)
        lines = []
        for identity in self._registry.stated(states):
            if code and identity.rows[0].type_code != code:
                continue
            record = self._registry.record(identity)
            entry = self._entry_asked(record, asked)
            disputed = record.conflicts[-1] if record.conflicts and not asked.periods else None
            if disputed and {disputed.first.state, disputed.second.state} & set(states):
                lines += [writer.entry(disputed.first, record), writer.entry(disputed.second, record)]
            elif entry and entry.state in states:
                lines.append(replace(writer.lead(record, entry), text=f"- {writer.lead(record, entry).text}"))
        if not lines:
            return []
        head = self._head(asked, len(lines), self._what(asked))
        return [head, *lines]

    def _entry_asked(self, record: Record, asked: Understanding) -> TimelineEntry | None:
        if not asked.periods:
            return record.current
        entries = [
            entry
            for entry in record.timeline
            if any(speaks_of(self._opened, entry, period) for period in asked.periods)
        ]
        return entries[-1] if entries else None

    def _asks_for_records(self, asked: Understanding) -> bool:
        folded = fold_words(asked.question)
        if asked.series:
            return True
        if asked.intent not in {Intent.LIST, Intent.HOW_MANY}:
            return False
        if asked.intent is Intent.HOW_MANY and not asked.days:
            return asked.type_code is not None and any(
                _DOCUMENT_WORDS.match(unit) or unit.split()[0] in {"ke", "quyet", "van"} for unit in asked.units
            )
        return bool(_DOCUMENT_WORDS.search(folded)) or bool(asked.days)

    def _issued_by(self, identity: Identity, name: str) -> bool:
        issuer, asked = fold_words(identity.issuer or ""), fold_words(name)
        coded = fold_words(issuer_name(identity.rows[0].issuer_code or "") or "")
        if not issuer:
            return False
        if asked in {issuer, coded}:
            return True
        return bool(issuer.startswith(asked + " ") and asked != "chinh phu") or (
            asked.startswith(issuer + " ") and issuer in {"uy ban nhan dan", "hoi dong nhan dan"}
        )

    def _about(self, identity: Identity, topic: Sequence[str]) -> bool:
        """Whether a subject, a sentence that mentions the record, or a heading over it has the topic as a phrase."""
        return any(_has_phrase(text, topic) for text in self._texts(identity))

    def _texts(self, identity: Identity) -> Sequence[str]:
        texts = []
        for row in identity.rows:
            passages = self._opened.open(row.document_id)
            texts.append(fold_words(Span(row.sentence_start, row.sentence_end).of(passages.text)))
            texts += [
                fold_words(section.heading.of(passages.text))
                for section in passages.sections
                if section.span.start <= row.start < section.span.end
            ]
        return texts

    # ---------------------------------------------------------------- writing

    def written(self, found: Sequence[Identity], asked: Understanding) -> list[Line]:
        """The list with its count, each record with the sentence that names it."""
        head = self._head(asked, len(found), self._what(asked))
        return [head, *(self.member(identity, asked.language) for identity in found)]

    def _head(self, asked: Understanding, count: int, what: str) -> Line:
        """`Có 3 kế hoạch:` where a count is asked for, `Kế hoạch:` otherwise."""
        if asked.intent is Intent.HOW_MANY:
            return Line(say(asked.language, "answer.count", count=count, what=what), free=frozenset({str(count)}))
        return Line(say(asked.language, "answer.list", what=what[0].upper() + what[1:]))

    def _what(self, asked: Understanding) -> str:
        code = asked.series[0] if asked.series else asked.type_code
        kind = type_name(code) if code else None
        if kind is None:
            return say(asked.language, "answer.documents_word")
        word = label(asked.language, "type", kind)
        return word.lower() + ("s" if asked.language == "en" else "")

    def member(self, identity: Identity, language: Language) -> Line:
        """One record of a list: its name, its subject, the place that names it."""
        record = self._registry.candidate(identity)
        name = document_name(language, record.number, record.type, record.date)
        about = f" — {record.title}" if record.title else ""
        return Line(f"- {name}{about}", self.naming_grounds(identity))

    def choices(self, head: str, found: Sequence[Identity], language: Language) -> list[Line]:
        """A question back: the documents that fit, each with what tells it from the others."""
        lines = [Line(head, free=frozenset({str(len(found))}))]
        for identity in found:
            member = self.member(identity, language)
            issuer = f" ({identity.issuer})" if identity.issuer else ""
            lines.append(replace(member, text=member.text + issuer))
        return lines

    def suggestions(self, asked: str, alike: Sequence[Identity], language: Language) -> Line:
        """The number that was asked for is not there; what looks alike is said to be only that."""
        if not alike:
            return Line(say(language, "not_found.number", number=asked))
        names = "; ".join(record_name(self._registry.candidate(identity), language) for identity in alike)
        text = say(language, "not_found.number_suggestions", number=asked, suggestions=names)
        return Line(text, tuple(ground for identity in alike for ground in self.naming_grounds(identity)))

    def naming_grounds(self, identity: Identity) -> tuple[Ground, ...]:
        """The sentences that give the record's title and date: at most two."""
        rows = sorted(identity.rows, key=lambda row: (not row.own, row.subject_start is None, row.date is None))
        chosen = [rows[0]]
        if identity.date and rows[0].date != identity.date:
            chosen += [row for row in rows if row.date == identity.date][:1]
        return tuple(
            Ground(
                self._opened.open(row.document_id).evidence(Span(row.sentence_start, row.sentence_end)),
                self._opened.open(row.document_id).source,
                identity.number,
                identity.key,
            )
            for row in chosen
        )

    def written_rows(self, rows: Sequence[FoundSentence], asked: Understanding) -> list[Line]:
        """The rows with their count; those that stand out of their table alone."""
        scheme = "de an" in fold_words(asked.question)
        what = label(asked.language, "type", "Đề án").lower() if scheme else say(asked.language, "answer.rows_word")
        lines = [Line(f"- {quoted(row.ground(), asked.language)}", (row.ground(),)) for row in rows]
        if asked_extreme(fold_words(asked.question)):
            return lines
        return [self._head(asked, len(rows), what), *lines]


def speaks_of(opened: PassageCache, entry: TimelineEntry, period: Period) -> bool:
    """Whether a statement's report is of the period: by its title, else by its day."""
    title = opened.open(entry.evidence.document_id).document.title
    named = [m.last_day for m in find_dates(title) if m.precision in {"quarter", "month", "year"} and m.last_day]
    if named:
        return any(last == period.end or period.holds(last) for last in named)
    return period.holds(entry.as_of or entry.date)


def _has_phrase(text: str, topic: Sequence[str]) -> bool:
    """Whether the words stand together and in order; one word of a long topic may be missing."""
    phrase = " ".join(topic)
    if f" {phrase} " in f" {text} ":
        return True
    if len(topic) < 4:
        return False
    words = set(text.split())
    joined = sum(f" {one} {other} " in f" {text} " for one, other in pairwise(topic))
    return joined >= len(topic) - 2 and all(word in words for word in topic)


def _issuer_words(asked: Understanding) -> set[str]:
    return {word for name in asked.issuers for word in fold_words(name).split()}


def _month(asked: Understanding) -> tuple[int, int] | None:
    for period in asked.periods:
        if (period.end - period.start).days < 32:
            return period.start.year, period.start.month
    return None


def _year(asked: Understanding) -> int | None:
    for period in asked.periods:
        if (period.end - period.start).days > 300:
            return period.start.year
    return None
