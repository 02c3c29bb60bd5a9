"""Answers about one document: a handler for each kind of question, over its record and the sentences around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.asked_days import asks_of_issue, event_entries
from assistant.draft import Draft, Line
from assistant.found_sentences import FoundSentence
from assistant.intents import Intent
from assistant.lists import ListWriter, speaks_of
from assistant.naming import day, document_name, record_name
from assistant.periods import Period
from assistant.quoting import Quoter, answers, fitting
from assistant.requirements import own_dates
from assistant.status import StatusWriter
from assistant.table_rows import asks_for_rows, rows_asked, whole_table
from assistant.understand import Understanding
from ingest.bodies import same_body
from ingest.folding import fold_words
from ingest.hostile import is_instruction
from ingest.models import Span
from ingest.numbers import find_numbers
from prompts import say
from vectorstore.identities import Identity, same_name
from vectorstore.models import Record, RelationEntry
from vectorstore.registry import Filter, Registry

_SUBSTANCE = re.compile(
    r"(?!\s*(?:Căn cứ|Xét|Theo đề nghị|Kính gửi|V/v|Về việc|Số:|Nơi nhận|CỘNG HÒA|ỦY BAN|Độc lập|QUYẾT ĐỊNH))"
    r"(?![^\n]{2,40}, ngày\s+\d{1,2} tháng \d{1,2} năm \d{4}\s*$)"
    r"\s*(?:Điều \d+\.?|\d+[.)]|[a-zđ][.)]|-)?\s*[A-ZĐÀ-Ỵ][^|]{40,}"
)
_ARTICLE = re.compile(r"(?<!\w)dieu (\d{1,3}[a-z]?)(?!\w)")
_ASKS_RECIPIENTS = re.compile(r"\bnoi nhan\b|\brecipients?\b")
_RECIPIENTS = re.compile(r"^Nơi nhận\s*:?[ \t]*(?:\n[ \t]*[-–+][^\n]*)+", re.MULTILINE)
"""Nghị định 30/2020/NĐ-CP, Appendix I: a line of the title, then one dashed line for each."""
_MOST_LINES = 5
_TITLE_VERBS = re.compile(
    r"thanh lap|phe duyet|dieu chinh|sua doi|bo sung|thay the|ban hanh kem theo|quy dinh|kien toan"
    r"|uy quyen|trien khai|thuc hien"
    r"|huong dan|dinh chinh|bai bo"
)
_ASKS_CONTENT = re.compile(r"(?:de an|noi dung|nhiem vu|muc tieu|danh muc|to) nao\b|nhung gi\b|cai gi\b|cho ai\b")
_RELATION_WORDS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"thay the|thay cho|replace"), ("replaces", "replaced_by")),
    (re.compile(r"dinh chinh|correct"), ("corrects", "corrected_by")),
    (re.compile(r"dieu chinh|sua doi|bo sung|amend"), ("amends", "amended_by")),
    (re.compile(r"bai bo|abrogat|repeal"), ("abrogates", "abrogated_by")),
    (re.compile(r"huong dan|guid"), ("guides", "guided_by")),
    (
        re.compile(
            r"can cu|theo (?:quyet dinh|van ban|ke hoach|to trinh|de nghi|nghi quyet)|dua tren|co so|dan den|based"
        ),
        ("based_on", "basis_of", "implements"),
    ),
    (
        re.compile(r"trien khai|thuc hien|cu the hoa|implement"),
        ("implements", "implemented_by", "based_on", "reports_on"),
    ),
)


@dataclass(frozen=True)
class About:
    """A question about one document, with what its handlers need."""

    identity: Identity
    record: Record
    asked: Understanding
    writer: StatusWriter
    quoter: Quoter

    @cached_property
    def ranked(self) -> list[FoundSentence]:
        """The sentences about the document, the best for the question first."""
        return self.quoter.ranked(self.identity, self.asked)

    def line(self, candidate: FoundSentence) -> Line:
        """A sentence as a line of the answer."""
        return self.quoter.line(candidate, self.record, self.asked)


class RecordAnswers:
    """Answers questions about one document.

    Args:
        registry: the records.
        quoter: finds and quotes sentences.
        lists: writes table rows and members of lists.
    """

    def __init__(self, registry: Registry, quoter: Quoter, lists: ListWriter) -> None:
        self._registry, self._quoter, self._lists = registry, quoter, lists
        self._handlers: dict[Intent, Callable[[About], list[Line]]] = {
            Intent.STATUS: self._status,
            Intent.TIMELINE: self._timeline,
            Intent.SUBJECT: self._subject,
            Intent.WHEN: self._when,
            Intent.WHO: self._who,
            Intent.SIGNER: self._signer,
            Intent.VALIDITY: self._validity,
            Intent.EFFECTIVE: self._effective,
            Intent.RELATION: self._relation,
        }

    def answer(self, identity: Identity, asked: Understanding) -> Draft:
        """The draft of an answer about one document."""
        writer = StatusWriter(self._quoter.opened, asked.language)
        about = About(identity, self._registry.record(identity), asked, writer, self._quoter)
        listed = self._listed(about)
        if listed:
            return Draft("answered", tuple(listed), "extractive", about.record)
        said = self._said_by(about)
        if said:
            return Draft("answered", tuple(said), "status", about.record)
        periods = _periods(about)
        if periods and asked.intent is not Intent.TIMELINE:
            return self._in_period(about, periods)
        handler = self._handlers.get(asked.intent, self._selected if asked.topic else self._overview)
        if _ASKS_RECIPIENTS.search(fold_words(asked.question)):
            handler = self._recipients
        lines = self._article(about) or handler(about)
        if not lines:
            return _says_nothing(about)
        lines = _with_conflict(lines, about)
        return Draft(
            "answered", tuple(lines), "status" if asked.intent is Intent.STATUS else "extractive", about.record
        )

    def _article(self, about: About) -> list[Line]:
        """The text of an article that the question names (`Điều 3 Quyết định 5880 nói gì?`)."""
        named = _ARTICLE.search(fold_words(about.asked.question))
        if not named or not about.identity.own_rows:
            return []
        passages = self._quoter.opened.open(about.identity.own_rows[0].document_id)
        label = f"dieu {named.group(1)}"
        article = next((one for one in passages.sections if fold_words(one.label) == label), None)
        if article is None:
            return []
        return [
            about.line(FoundSentence(passages, sentence))
            for sentence in passages.sentences_in(article.span)[:_MOST_LINES]
        ]

    def _recipients(self, about: About) -> list[Line]:
        """The block of recipients at the end of the document itself."""
        if not about.identity.own_rows:
            return []
        passages = self._quoter.opened.open(about.identity.own_rows[0].document_id)
        block = _RECIPIENTS.search(passages.text)
        return [about.line(FoundSentence(passages, Span(*block.span())))] if block else []

    def _listed(self, about: About) -> list[Line]:
        """Rows of the document's own tables, or its links to documents of the type asked for."""
        asked, own = about.asked, about.identity.own_rows
        if own and asks_for_rows(asked):
            documents = [self._quoter.opened.open(row.document_id) for row in own]
            rows = rows_asked(asked, documents) or [
                row for document in documents for row in whole_table(asked, document)
            ]
            if rows:
                return self._lists.written_rows(rows, asked)
        if asked.intent is Intent.LIST and asked.type_code:
            return [about.writer.relation(about.record, link) for link in _of_asked_type(about.record.relations, asked)]
        return []

    def _said_by(self, about: About) -> list[Line]:
        """What the body that the question names reports of another's document (`Thế Sở Tài chính nói gì?`)."""
        reporters = [name for name in about.asked.issuers if not same_body(about.record.issuer, name)]
        if not reporters or about.asked.intent not in {Intent.SUBJECT, Intent.STATUS, Intent.OTHER}:
            return []
        entries = []
        for entry in about.record.timeline:
            issuer = self._quoter.opened.open(entry.evidence.document_id).document.header.issuer
            if issuer and any(same_body(issuer, name) for name in reporters):
                entries.append(entry)
        return [about.writer.entry(entry, about.record) for entry in entries]

    def _overview(self, about: About) -> list[Line]:
        """What is said of a number that was typed without a question."""
        lines = [about.writer.identification(about.record), *about.writer.current(about.record)]
        return list({line.text: line for line in lines}.values())

    def _status(self, about: About) -> list[Line]:
        paid = self._selected(about) if about.asked.money else []
        return paid or self._progress(about)

    def _progress(self, about: About) -> list[Line]:
        record, current = about.record, about.record.current
        lines = about.writer.current(record)
        only_cited = current is None or current.state == "basis_only"
        if not (only_cited or record.conflicts) and lines[-1].grounds:
            lines += self._quoter.following(lines[-1].grounds[0], about.asked, most=2, always=True)
        links = list(about.writer.carried_out(record))
        if only_cited and not links:
            links = list(record.relations[:2])
        return lines + [about.writer.relation(record, link, quote=only_cited) for link in links[:3]]

    def _timeline(self, about: About) -> list[Line]:
        entries = [entry for entry in about.record.timeline if entry.state != "basis_only"]
        told = [about.writer.entry(entry, about.record) for entry in entries]
        return [about.writer.identification(about.record), *told] if told else []

    def _subject(self, about: About) -> list[Line]:
        lines = [about.writer.identification(about.record)] if about.record.title else []
        if about.record.held_in:
            return lines + [about.line(c) for c in self._substance(about)]
        if not lines:
            lines = [about.line(c) for c in about.ranked[:1]]
        return lines

    def _substance(self, about: About, most: int = 4) -> list[FoundSentence]:
        """The first sentences of the document's own text that say something, behind its header and its bases."""
        row = about.identity.own_rows[0]
        passages = self._quoter.opened.open(row.document_id)
        found = [
            FoundSentence(passages, sentence, about=True)
            for sentence in passages.sentences
            if sentence.start > row.sentence_end and _SUBSTANCE.match(sentence.of(passages.text))
        ]
        return [candidate for candidate in found if not is_instruction(candidate.text)][:most]

    def _when(self, about: About) -> list[Line]:
        entries = event_entries(about.record.timeline, about.asked.question)
        if entries is not None:
            return [about.writer.entry(entry, about.record) for entry in entries[-2:]]
        if asks_of_issue(about.asked):
            return self._issued(about)
        topic = [word for word in about.asked.topic if word not in {"ban", "hanh", "issued", "thang"}]
        if not topic:
            return []
        parts = len(re.findall(r"khi nao|luc nao|ngay nao|bao gio|when", fold_words(about.asked.question)))
        least = self._quoter.least_about / max(parts, 1)
        ranked = [c for c in about.ranked if own_dates(c.text) and answers(c, about.asked, least)]
        return [about.line(candidate) for candidate in ranked[: max(parts, 1)]]

    def _issued(self, about: About) -> list[Line]:
        record, language = about.record, about.asked.language
        if not record.date:
            return []
        name = document_name(language, record.number, record.type)
        text = say(language, "answer.issued_on", document=name, date=day(record.date, language))
        return [Line(text, about.writer.identity_grounds(record))]

    def _who(self, about: About) -> list[Line]:
        issued = re.search(
            r"(?:ai|co quan nao|don vi nao)\s+(?:da\s+)?ban hanh|issued", fold_words(about.asked.question)
        )
        if issued and about.record.issuer:
            name = record_name(about.record, about.asked.language)
            text = say(about.asked.language, "answer.issued_by", document=name, issuer=about.record.issuer)
            return [Line(text, about.writer.identity_grounds(about.record))]
        return self._selected(about)

    def _signer(self, about: About) -> list[Line]:
        for row in about.identity.own_rows:
            passages = self._quoter.opened.open(row.document_id)
            signer = passages.document.header.signer
            name = _person(signer or "")
            at = passages.text.rfind(name) if name else -1
            if at >= 0:
                ground = FoundSentence(passages, Span(at, at + len(name))).ground(about.record.number, about.record.key)
                return [Line(f"{record_name(about.record, about.asked.language)}: {signer}.", (ground,))]
        return []

    def _validity(self, about: About) -> list[Line]:
        ended = [link for link in about.record.relations if link.relation in {"replaced_by", "abrogated_by"}]
        # That a decision once came into force does not say that it still is.
        told = [
            entry
            for entry in about.record.validity
            if entry.state != "in_force" or entry.evidence.document_id not in about.record.held_ids
        ]
        if told and not ended:
            return [about.writer.effect(entry, about.record) for entry in told]
        if not ended and re.search(r"huy bo|cancel|bai bo", fold_words(about.asked.question)):
            return self._timeline(about)
        return [about.writer.relation(about.record, link, quote=True) for link in ended]

    def _effective(self, about: About) -> list[Line]:
        stated = [entry for entry in about.record.validity if entry.state == "in_force"]
        if stated:
            return [about.writer.effect(entry, about.record) for entry in stated[-1:]]
        ranked = [c for c in about.ranked if "co hieu luc" in fold_words(c.text)]
        own = [c for c in ranked if c.passages.document.place in about.record.held_in] or ranked
        return [about.line(own[0])] if own else []

    def _relation(self, about: About) -> list[Line]:
        folded = fold_words(about.asked.question)
        kinds = _relation_kinds(folded)
        if about.record.held_in and _ASKS_CONTENT.search(folded):
            return self._selected(about) or self._subject(about)
        if not kinds:
            return self._served(about) or self._selected(about) or self._subject(about)
        links = [link for kind in kinds for link in about.record.relations if link.relation == kind]
        named = _of_asked_type(links, about.asked)
        if named:
            return [about.writer.relation(about.record, link, quote=True) for link in named[:4]]
        inferred = self._served(about)
        if inferred:
            return inferred
        if about.record.title and not links and _title_says(about.record.title, folded):
            return self._subject(about)
        shown = [about.writer.relation(about.record, link, quote=True) for link in links[:3]]
        return shown or self._selected(about)

    def _served(self, about: About) -> list[Line]:
        """A record whose name stands inside this one's title (`Tổ Giúp việc triển khai Kế hoạch …`)."""
        title = fold_words(about.record.title or "")
        for other in self._registry.listed(Filter(type_code=about.asked.type_code or "KH")):
            name = self._registry.candidate(other).title or ""
            bare = fold_words(name).removeprefix("ve ")
            if other.key != about.record.key and len(bare) > 20 and same_name(bare, title):
                return [about.writer.identification(about.record), self._lists.member(other, about.asked.language)]
        return []

    def _selected(self, about: About) -> list[Line]:
        ranked = fitting(about.ranked, about.asked, self._quoter.least_about)
        if not ranked:
            return []
        return [about.line(ranked[0]), *self._quoter.following(ranked[0].ground(), about.asked)]

    def _in_period(self, about: About, periods: Sequence[Period]) -> Draft:
        record, asked = about.record, about.asked
        entries = [
            entry
            for entry in record.timeline
            if any(speaks_of(self._quoter.opened, entry, period) for period in periods)
        ]
        if entries:
            lines = [about.writer.entry(entry, record) for entry in entries]
            if len(lines) == 1:
                lines += self._quoter.following(lines[0].grounds[0], asked, most=2, always=True)
            return Draft("answered", tuple(lines), "status", record)
        ranked = [
            candidate
            for candidate in about.ranked
            if any(fold_words(period.words) in fold_words(candidate.text) for period in periods)
            and answers(candidate, asked, self._quoter.least_about)
        ]
        if ranked:
            return Draft("answered", (about.line(ranked[0]),), "extractive", record)
        words = ", ".join(period.words for period in periods)
        name = record_name(record, asked.language)
        absent = say(asked.language, "not_found.period", period=words, document=name)
        lines = [Line(absent, about.writer.identity_grounds(record))]
        if record.current:
            lines += [Line(say(asked.language, "answer.latest_known")), about.writer.entry(record.current, record)]
        return Draft("not_found", tuple(lines), "status", record)


def _with_conflict(lines: list[Line], about: About) -> list[Line]:
    """The lines, with the other report's statement where they cite only one side of a disagreement."""
    if not about.record.conflicts:
        return lines
    pair = about.record.conflicts[-1]
    cited = {(ground.evidence.document_id, ground.evidence.quote) for line in lines for ground in line.grounds}
    sides = (pair.first, pair.second)
    told = [entry for entry in sides if (entry.evidence.document_id, entry.evidence.quote) in cited]
    if len(told) != 1:
        return lines
    name = record_name(about.record, about.asked.language)
    head = Line(
        say(about.asked.language, "status.conflict", document=name), about.writer.identity_grounds(about.record)
    )
    return [*lines, head, *(about.writer.entry(entry, about.record) for entry in sides if entry not in told)]


def _says_nothing(about: About) -> Draft:
    """The answer where the documents do not say: what of the document is not stated."""
    record, asked = about.record, about.asked
    name = record_name(record, asked.language)
    kinds = {Intent.SIGNER: "signer", Intent.VALIDITY: "validity", Intent.EFFECTIVE: "validity"}
    if asked.intent in kinds:
        text = say(asked.language, f"not_found.{kinds[asked.intent]}", document=name)
    elif asked.money or asked.intent in {Intent.WHEN, Intent.HOW_MANY}:
        what = "money" if asked.money else "date" if asked.intent is Intent.WHEN else "quantity"
        text = say(asked.language, "not_found.about", what=say(asked.language, f"missing.{what}"), document=name)
    else:
        text = say(asked.language, "not_found.question")
    return Draft("not_found", (Line(text, about.writer.identity_grounds(record)),), "extractive", record)


def _periods(about: About) -> list[Period]:
    """The periods that limit the question; one in the document's own title or of its own day is none."""
    record, asked = about.record, about.asked
    title = fold_words(record.title or "")
    of_its_day = record.date is not None and len(asked.mentions) == 1 and asked.intent is not Intent.STATUS
    return [
        period
        for period in asked.periods
        if fold_words(period.words) not in title and not (of_its_day and period.holds(record.date))
    ]


def _person(signer: str) -> str:
    """The person's name in a signature block: the last two to four words written like names; empty without one."""
    words: list[str] = []
    for word in reversed(signer.split()):
        if not word.istitle():
            break
        words.insert(0, word)
    return " ".join(words[-4:]) if len(words) >= 2 else ""


def _relation_kinds(folded: str) -> list[str]:
    kinds: list[str] = []
    for words, named in _RELATION_WORDS:
        if words.search(folded):
            kinds += [kind for kind in named if kind not in kinds]
    return kinds


def _title_says(title: str, folded_question: str) -> bool:
    """Whether the title has the verb of the question (`điều chỉnh cái gì`, `Quy chế nào ban hành kèm theo`)."""
    return any(verb in fold_words(title) for verb in _TITLE_VERBS.findall(folded_question))


def _of_asked_type(links: Sequence[RelationEntry], asked: Understanding) -> list[RelationEntry]:
    numbered = [link for link in links if link.number]
    if not asked.type_code:
        return numbered
    return [link for link in numbered if (_type_of(link) or "CV") == asked.type_code]


def _type_of(link: RelationEntry) -> str | None:
    """The type code in the link's number; None for a letter, which may be written without (`2779/VPCP-KGVX`)."""
    mentions = find_numbers(link.number or "")
    return mentions[0].type if mentions else None
