"""Evidence → an answer in the documents' own words: an intent for each kind of question, no language model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.draft import Ground, Line
from assistant.evidence import Candidate, around, counts, gives_cause, has_money, names_company, retrieved, scored
from assistant.lists import ListWriter
from assistant.models import Candidate as RecordCandidate
from assistant.models import Mode, Outcome, Record
from assistant.naming import day, document_name, quoted, record_name
from assistant.status import StatusWriter
from assistant.targets import Target, find_targets
from assistant.understand import Intent, Period, Understanding, translated
from ingest.bodies import same_body
from ingest.dates import find_dates
from ingest.folding import fold_words
from ingest.hostile import is_instruction
from ingest.models import Span
from ingest.numbers import find_numbers
from prompts import say
from vectorstore.identities import Identity, same_name
from vectorstore.models import RelationEntry, TimelineEntry
from vectorstore.passages import PassageCache
from vectorstore.registry import Filter, Registry
from vectorstore.retriever import Retriever

_ENOUGH = 0.5
"""Least share of the topic's weight that a sentence must hold to answer a question that names no document."""
_ENOUGH_ABOUT = 0.34
"""The same for sentences that name the document asked about."""
_ASKS_NUMBER = re.compile(
    r"(?<!\w)so (?:cua|hieu|ky hieu|van ban|bao cao|quyet dinh|ke hoach)|so (?:may|nao)\b|what number"
)
_ASKS_COMPANY = re.compile(r"(?:cong ty|doanh nghiep|nha thau|lien danh) nao|which company|which contractor")
_NUMBERED = re.compile(r"\d[a-z]?/(?:\d{4}/)?[A-ZĐ]")
_HITS = 8
_ENGLISH_SHARE = 0.8
"""Of an English question the glossary turns most words, not all, into the documents' own."""
_TITLED = 0.6
_SUBSTANCE = re.compile(
    r"(?!\s*(?:Căn cứ|Xét|Theo đề nghị|Kính gửi|V/v|Về việc|Số:|Nơi nhận|CỘNG HÒA|ỦY BAN|Độc lập|QUYẾT ĐỊNH))"
    r"\s*(?:Điều \d+\.?|\d+[.)]|[a-zđ][.)]|-)?\s*[A-ZĐÀ-Ỵ][^|]{40,}"
)
_CONNECTIVE = re.compile(r"\s*(?:-\s*)?(?:Dự kiến|Hiện|Đến nay|Trong đó|Nguyên nhân|Trong thời gian tới|Các đơn vị)")
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


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before verification."""

    outcome: Outcome
    lines: tuple[Line, ...]
    mode: Mode = "extractive"
    record: Record | None = None
    candidates: tuple[RecordCandidate, ...] = ()


class Composer:
    """Composes answers from records and evidence sentences.

    Args:
        registry: the records.
        retriever: finds passages; asked only where the records do not answer.
        opened: opens documents for quotes.
    """

    def __init__(self, registry: Registry, retriever: Retriever, opened: PassageCache) -> None:
        self._registry, self._retriever, self._opened = registry, retriever, opened
        self._lists = ListWriter(registry, opened)

    def compose(self, asked: Understanding) -> Draft:
        """The draft of an answer."""
        targets = find_targets(self._registry, asked)
        unclear = next((target for target in targets if len(target.found) != 1), None)
        if unclear:
            return self._unclear(unclear, asked)
        if len(targets) == 1:
            return self._about_one(targets[0].found[0], asked)
        if targets:
            return self._about_several([target.found[0] for target in targets], asked)
        return self._about_none(asked)

    # ------------------------------------------------------ numbers not clear

    def _unclear(self, target: Target, asked: Understanding) -> Draft:
        language = asked.language
        if target.found:
            head = say(language, "ambiguous.number", count=len(target.found))
            return self._choices(head, target.found, asked)
        if target.same_number:
            head = say(language, "ambiguous.other_type", asked=target.asked)
            return self._choices(head, target.same_number, asked)
        options = tuple(map(self._registry.candidate, target.alike))
        if options:
            names = "; ".join(record_name(option, language) for option in options)
            text = say(language, "not_found.number_suggestions", number=target.asked, suggestions=names)
        else:
            text = say(language, "not_found.number", number=target.asked)
        return Draft("not_found", (Line(text),), "status", candidates=options)

    def _choices(self, head: str, found: Sequence[Identity], asked: Understanding) -> Draft:
        count = frozenset({str(len(found))})
        lines = [Line(head, free=count)]
        for identity in found:
            member = self._lists.member(identity, asked.language)
            issuer = f" ({identity.issuer})" if identity.issuer else ""
            lines.append(replace(member, text=member.text + issuer))
        return Draft("ambiguous", tuple(lines), "status", candidates=tuple(map(self._registry.candidate, found)))

    # ------------------------------------------------------------ one document

    def _about_one(self, identity: Identity, asked: Understanding) -> Draft:
        record = self._registry.record(identity)
        writer = StatusWriter(self._opened, asked.language)
        if asked.intent in {Intent.LIST, Intent.HOW_MANY} and identity.own_rows:
            rows = self._lists.table_rows(asked, [self._opened.open(row.document_id) for row in identity.own_rows])
            if rows:
                return Draft("answered", tuple(self._lists.written_rows(rows, asked)), "extractive", record)
        if asked.intent is Intent.LIST and asked.type_code:
            links = _of_asked_type(record.relations, asked)
            if links:
                lines = [writer.relation(record, link) for link in links]
                return Draft("answered", tuple(lines), "extractive", record)
        said = self._said_by(record, asked, writer)
        if said:
            return Draft("answered", tuple(said), "status", record)
        periods = self._periods(asked, record)
        if periods and asked.intent is not Intent.TIMELINE:
            return self._in_period(identity, record, periods, asked, writer)
        handlers = {
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
        handler = handlers.get(asked.intent, self._selected)
        lines = handler(identity, record, asked, writer)
        if not lines:
            return self._says_nothing(record, asked)
        return Draft("answered", tuple(lines), "status" if handler == self._status else "extractive", record)

    def _said_by(self, record: Record, asked: Understanding, writer: StatusWriter) -> list[Line]:
        """What the body that the question names reports of another's document (`Thế Sở Tài chính nói gì?`)."""
        reporters = [name for name in asked.issuers if not same_body(record.issuer, name)]
        if not reporters or asked.intent not in {Intent.SUBJECT, Intent.STATUS, Intent.OTHER}:
            return []
        entries = []
        for entry in record.timeline:
            issuer = self._opened.open(entry.evidence.document_id).document.header.issuer
            if issuer and any(same_body(issuer, name) for name in reporters):
                entries.append(entry)
        return [writer.entry(entry, record) for entry in entries]

    def _says_nothing(self, record: Record, asked: Understanding) -> Draft:
        name = record_name(record, asked.language)
        kinds = {Intent.SIGNER: "signer", Intent.VALIDITY: "validity", Intent.EFFECTIVE: "validity"}
        if asked.intent in kinds:
            text = say(asked.language, f"not_found.{kinds[asked.intent]}", document=name)
        elif asked.money or asked.intent in {Intent.WHEN, Intent.HOW_MANY}:
            what = "money" if asked.money else "date" if asked.intent is Intent.WHEN else "quantity"
            text = say(asked.language, "not_found.about", what=say(asked.language, f"missing.{what}"), document=name)
        else:
            text = say(asked.language, "not_found.question")
        return Draft("not_found", (Line(text),), "extractive", record)

    def _status(self, identity: Identity, record: Record, asked: Understanding, writer: StatusWriter) -> list[Line]:
        lines = writer.current(record)
        current = record.current
        if current and current.state not in {"basis_only"} and not record.conflicts:
            lines += self._following(lines[-1].grounds[0], asked, most=2, always=True) if lines[-1].grounds else []
        links = list(writer.carried_out(record))
        if not links and (current is None or current.state == "basis_only"):
            links = list(record.relations[:2])
        lines += [
            writer.relation(record, link, quote=current is None or current.state == "basis_only") for link in links[:3]
        ]
        return lines

    def _timeline(self, identity: Identity, record: Record, asked: Understanding, writer: StatusWriter) -> list[Line]:
        entries = [entry for entry in record.timeline if entry.state != "basis_only"]
        return [writer.identification(record), *(writer.entry(entry, record) for entry in entries)] if entries else []

    def _subject(self, identity: Identity, record: Record, asked: Understanding, writer: StatusWriter) -> list[Line]:
        lines = [writer.identification(record)] if record.title else []
        if record.held_in:
            return lines + [self._quote_line(c, record, asked) for c in self._substance(identity)]
        if not lines:
            lines = [self._quote_line(c, record, asked) for c in self._ranked(identity, record, asked)[:1]]
        elif lines[0].grounds:
            lines[0] = replace(lines[0], text=f"{lines[0].text} {quoted(lines[0].grounds[0], asked.language)}")
        return lines

    def _substance(self, identity: Identity, most: int = 4) -> list[Candidate]:
        """The first sentences of the document's own text that say something, behind its header and its bases."""
        row = identity.own_rows[0]
        passages = self._opened.open(row.document_id)
        found = [
            Candidate(passages, sentence, about=True)
            for sentence in passages.sentences
            if sentence.start > row.sentence_end and _SUBSTANCE.match(sentence.of(passages.text))
        ]
        return [candidate for candidate in found if not is_instruction(candidate.text)][:most]

    def _when(self, identity: Identity, record: Record, asked: Understanding, writer: StatusWriter) -> list[Line]:
        topic = [word for word in asked.topic if word not in {"ban", "hanh", "issued", "tháng"}]
        if topic:
            parts = len(re.findall(r"khi nao|luc nao|ngay nao|bao gio|when", fold_words(asked.question)))
            least = _ENOUGH_ABOUT / max(parts, 1)
            ranked = [c for c in self._ranked(identity, record, asked) if find_dates(c.text) and c.coverage >= least]
            return [self._quote_line(candidate, record, asked) for candidate in ranked[: max(parts, 1)]]
        if not record.date:
            return []
        name = document_name(asked.language, record.number, record.type)
        grounds = writer.identity_grounds(record)
        text = say(asked.language, "answer.issued_on", document=name, date=day(record.date, asked.language))
        about = f" {quoted(grounds[0], asked.language)}" if grounds else ""
        return [Line(text + about, grounds)]

    def _who(self, identity: Identity, record: Record, asked: Understanding, writer: StatusWriter) -> list[Line]:
        issued = re.search(r"(?:ai|co quan nao|don vi nao)\s+(?:da\s+)?ban hanh|issued", fold_words(asked.question))
        if issued and record.issuer:
            name = record_name(record, asked.language)
            text = say(asked.language, "answer.issued_by", document=name, issuer=record.issuer)
            grounds = writer.identity_grounds(record)
            return [Line(f"{text} {quoted(grounds[0], asked.language)}" if grounds else text, grounds)]
        return self._selected(identity, record, asked, writer)

    def _signer(self, identity: Identity, record: Record, asked: Understanding, writer: StatusWriter) -> list[Line]:
        for row in identity.own_rows:
            passages = self._opened.open(row.document_id)
            signer = passages.document.header.signer
            name = _person(signer or "")
            at = passages.text.rfind(name) if name else -1
            if at >= 0:
                ground = Candidate(passages, Span(at, at + len(name))).ground(record.number, record.key)
                return [Line(f"{record_name(record, asked.language)}: {signer}.", (ground,))]
        return []

    def _validity(self, identity: Identity, record: Record, asked: Understanding, writer: StatusWriter) -> list[Line]:
        ended = [link for link in record.relations if link.relation in {"replaced_by", "abrogated_by"}]
        if not ended and re.search(r"huy bo|cancel|bai bo", fold_words(asked.question)):
            return self._timeline(identity, record, asked, writer)
        return [writer.relation(record, link, quote=True) for link in ended]

    def _effective(self, identity: Identity, record: Record, asked: Understanding, writer: StatusWriter) -> list[Line]:
        ranked = [c for c in self._ranked(identity, record, asked) if "co hieu luc" in fold_words(c.text)]
        own = [c for c in ranked if c.passages.document.place in record.held_in] or ranked
        return [self._quote_line(own[0], record, asked)] if own else []

    def _relation(self, identity: Identity, record: Record, asked: Understanding, writer: StatusWriter) -> list[Line]:
        kinds = _relation_kinds(fold_words(asked.question))
        links = [link for kind in kinds for link in record.relations if link.relation == kind]
        named = _of_asked_type(links, asked)
        if named:
            return [writer.relation(record, link, quote=True) for link in named[:4]]
        inferred = self._served(record, asked, writer)
        if inferred:
            return inferred
        if record.title and not links:
            return self._subject(identity, record, asked, writer)
        return [writer.relation(record, link, quote=True) for link in links[:3]] or self._selected(
            identity, record, asked, writer
        )

    def _served(self, record: Record, asked: Understanding, writer: StatusWriter) -> list[Line]:
        """A record whose name stands inside this one's title (`Tổ Giúp việc triển khai Kế hoạch …`)."""
        title = fold_words(record.title or "")
        for other in self._registry.listed(Filter(type_code=asked.type_code or "KH")):
            name = self._registry.candidate(other).title or ""
            bare = fold_words(name).removeprefix("ve ")
            if other.key != record.key and len(bare) > 20 and same_name(bare, title):
                return [writer.identification(record), self._lists.member(other, asked.language)]
        return []

    def _selected(self, identity: Identity, record: Record, asked: Understanding, writer: StatusWriter) -> list[Line]:
        ranked = self._ranked(identity, record, asked)
        if asked.intent is Intent.WHY:
            ranked = [candidate for candidate in ranked if gives_cause(candidate.text)]
        else:
            ranked = [candidate for candidate in ranked if _answers(candidate, asked, _ENOUGH_ABOUT)]
        if not ranked:
            return []
        return [self._quote_line(ranked[0], record, asked), *self._following(ranked[0].ground(), asked)]

    # ---------------------------------------------------------------- periods

    def _periods(self, asked: Understanding, record: Record) -> list[Period]:
        title = fold_words(record.title or "")
        return [
            period
            for period in asked.periods
            if fold_words(period.words) not in title
            and not (
                record.date
                and period.holds(record.date)
                and len(asked.mentions) == 1
                and asked.intent is not Intent.STATUS
            )
        ]

    def _in_period(
        self,
        identity: Identity,
        record: Record,
        periods: Sequence[Period],
        asked: Understanding,
        writer: StatusWriter,
    ) -> Draft:
        entries = [entry for entry in record.timeline if any(self._speaks_of(entry, period) for period in periods)]
        if entries:
            return Draft("answered", tuple(writer.entry(entry, record) for entry in entries), "status", record)
        ranked = [
            c
            for c in self._ranked(identity, record, asked)
            if any(fold_words(p.words) in fold_words(c.text) for p in periods) and _answers(c, asked, _ENOUGH_ABOUT)
        ]
        if ranked:
            return Draft("answered", (self._quote_line(ranked[0], record, asked),), "extractive", record)
        name = record_name(record, asked.language)
        words = ", ".join(period.words for period in periods)
        lines = [Line(say(asked.language, "not_found.period", period=words, document=name))]
        if record.current:
            lines += [Line(say(asked.language, "answer.latest_known")), writer.entry(record.current, record)]
        return Draft("not_found", tuple(lines), "status", record)

    def _speaks_of(self, entry: TimelineEntry, period: Period) -> bool:
        """Whether a report is of the period: by its title, else by its day."""
        source = self._opened.open(entry.evidence.document_id)
        named = [m for m in find_dates(source.document.title) if m.precision in {"quarter", "month"} and m.last_day]
        if named:
            return any(m.last_day == period.end or period.holds(m.last_day) for m in named)
        return period.holds(entry.as_of or entry.date)

    # -------------------------------------------------------- several documents

    def _about_several(self, found: Sequence[Identity], asked: Understanding) -> Draft:
        writer = StatusWriter(self._opened, asked.language)
        records = [self._registry.record(identity) for identity in found]
        if asked.intent is Intent.STATUS:
            lines = [line for record in records for line in writer.current(record)]
            return Draft("answered", tuple(lines), "status", records[0])
        held = [record for record in records if record.held_in]
        told = self._told_in(held, [record for record in records if not record.held_in], writer)
        if told:
            return Draft("answered", tuple(told), "status", records[0])
        if held and len(held) < len(records) and asked.intent not in {Intent.COMPARE, Intent.RELATION}:
            return self._about_one(found[records.index(held[0])], replace(asked, mentions=asked.mentions[:1]))
        lines = [writer.identification(record) for record in records]
        if asked.intent is Intent.COMPARE:
            lines = self._order(records, asked) + lines
            lines += self._compared(found, records, asked)
        return Draft("answered", tuple(lines), "extractive", records[0])

    def _told_in(self, held: Sequence[Record], others: Sequence[Record], writer: StatusWriter) -> list[Line]:
        """What several reports say of one document that none of them is."""
        if len(held) < 2 or len(others) != 1:
            return []
        places = {place for record in held for place in record.held_in}
        entries = [entry for entry in others[0].timeline if entry.evidence.document in places]
        return [writer.entry(entry, others[0]) for entry in entries]

    def _order(self, records: Sequence[Record], asked: Understanding) -> list[Line]:
        if not re.search(r"truoc|sau|first|earlier|before", fold_words(asked.question)):
            return []
        dated = sorted((record for record in records if record.date), key=lambda record: str(record.date))
        if len(dated) < 2:
            return []
        writer = StatusWriter(self._opened, asked.language)
        first, second = dated[0], dated[-1]
        names = [record_name(first, asked.language), record_name(second, asked.language)]
        grounds = (*writer.identity_grounds(first), *writer.identity_grounds(second))
        return [Line(say(asked.language, "answer.earlier", first=names[0], second=names[1]), grounds)]

    def _compared(self, found: Sequence[Identity], records: Sequence[Record], asked: Understanding) -> list[Line]:
        """For documents that are held: the sentences that answer the question's topic in each."""
        lines = []
        for identity, record in zip(found, records, strict=True):
            if record.held_in and asked.topic:
                own = {row.document_id for row in identity.own_rows}
                ranked = [c for c in self._ranked(identity, record, asked) if c.passages.document.id in own]
                lines += [self._quote_line(candidate, record, asked) for candidate in ranked[:2]]
                if asked.money:
                    paid = [c for c in ranked[2:] if has_money(c.text)]
                    lines += [self._quote_line(candidate, record, asked) for candidate in paid[:1]]
        return lines

    # ------------------------------------------------------------- no document

    def _about_none(self, asked: Understanding) -> Draft:
        listed = self._lists.records(asked)
        if listed:
            return Draft("answered", tuple(self._lists.written(listed, asked)), "extractive")
        of_day = self._of_day(asked)
        if of_day:
            return of_day
        titled = self._titled(asked)
        if titled:
            return self._about_one(titled, asked)
        hits = self._retriever.search(_query(asked), _HITS)
        candidates = scored(retrieved(hits, self._opened), asked)
        if asked.intent in {Intent.LIST, Intent.HOW_MANY} or "dong so" in fold_words(asked.question):
            near = {hit.document_id: self._opened.open(hit.document_id) for hit in hits}
            rows = self._lists.table_rows(asked, list(near.values()))
            if rows:
                return Draft("answered", tuple(self._lists.written_rows(rows, asked)), "extractive")
        fit = [candidate for candidate in candidates if _answers(candidate, asked, _ENOUGH)]
        if fit and _ASKS_NUMBER.search(fold_words(asked.question)) and _left_blank(fit[0]):
            line = self._quote_line(fit[0], None, asked)
            return Draft("not_found", (Line(say(asked.language, "not_found.blank")), line), "extractive")
        if not fit:
            return self._nothing(candidates, asked)
        lines = [self._quote_line(fit[0], None, asked), *self._following(fit[0].ground(), asked)]
        return Draft("answered", tuple(lines), "extractive", self._record_in(fit[0]))

    def _titled(self, asked: Understanding) -> Identity | None:
        """The only record whose title holds nearly all words of a question on progress."""
        if asked.intent not in {Intent.TIMELINE, Intent.VALIDITY} or len(asked.topic) < 3:
            return None
        topic = set(asked.topic)
        found = []
        for identity in self._registry.identities():
            title = set(fold_words(self._registry.candidate(identity).title or "").split())
            share = len(topic & title) / len(topic)
            if share >= _TITLED:
                found.append((share, identity))
        found.sort(key=lambda pair: -pair[0])
        if len(found) == 1 or (len(found) > 1 and found[0][0] > found[1][0]):
            return found[0][1]
        return None

    def _of_day(self, asked: Understanding) -> Draft | None:
        """`Quyết định ngày 12/4/2018 nói gì?`: a type and a day instead of a number."""
        kind = re.search(
            r"(?<!\w)(quyet dinh|ke hoach|cong van|bao cao|thong bao|to trinh|nghi quyet)\s+ngay",
            fold_words(asked.question),
        )
        if not (asked.days and kind):
            return None
        code = {
            "quyet dinh": "QĐ",
            "ke hoach": "KH",
            "cong van": "CV",
            "bao cao": "BC",
            "thong bao": "TB",
            "to trinh": "TTr",
            "nghi quyet": "NQ",
        }
        found = self._registry.listed(Filter(type_code=code[kind.group(1)], day=asked.days[0]))
        if len(found) == 1:
            return self._about_one(found[0], asked)
        if found:
            return self._choices(say(asked.language, "ambiguous.day", count=len(found)), found, asked)
        return None

    def _nothing(self, candidates: Sequence[Candidate], asked: Understanding) -> Draft:
        titles = list(dict.fromkeys(candidate.passages.document.title for candidate in candidates[:6]))[:3]
        lines = [Line(say(asked.language, "not_found.question"))]
        if titles:
            lines.append(Line(say(asked.language, "not_found.nearest", documents="; ".join(titles))))
        return Draft("not_found", tuple(lines), "extractive")

    def _record_in(self, candidate: Candidate) -> Record | None:
        named = self._registry.identity_at(candidate.passages.document.id, candidate.span)
        return self._registry.record(named[0]) if len(named) == 1 else None

    # ------------------------------------------------------------------ shared

    def _ranked(self, identity: Identity, record: Record, asked: Understanding) -> list[Candidate]:
        """The sentences around the record's mentions, and those of its own files, the best first."""
        places = [(row.document_id, Span(row.sentence_start, row.sentence_end)) for row in identity.rows]
        found = around(places, self._opened)
        held = [row.document_id for row in identity.own_rows]
        if held:
            known = {(candidate.passages.document.id, candidate.span.start) for candidate in found}
            hits = self._retriever.search(_query(asked), _HITS, held)
            found += [
                replace(candidate, about=True)
                for candidate in retrieved(hits, self._opened)
                if (candidate.passages.document.id, candidate.span.start) not in known
            ]
        return scored(found, asked)

    def _quote_line(self, candidate: Candidate, record: Record | None, asked: Understanding) -> Line:
        if record is None:
            named = self._registry.identity_at(candidate.passages.document.id, candidate.span)
            first = named[0] if named else None
            ground = candidate.ground(first.number if first else None, first.key if first else None)
        else:
            ground = candidate.ground(record.number, record.key)
        return Line(quoted(ground, asked.language), (ground,))

    def _following(self, ground: Ground, asked: Understanding, most: int = 1, always: bool = False) -> list[Line]:
        """The next sentences of the block, where they carry on what the quoted one says."""
        passages = self._opened.open(ground.evidence.document_id)
        page = next(p for p in passages.pages if p.number == ground.evidence.page)
        end = page.span.start + ground.evidence.start + len(ground.evidence.quote)
        lines: list[Line] = []
        for sentence in (s for s in passages.sentences if s.start >= end):
            text = sentence.of(passages.text)
            if len(lines) == most or "\n" in passages.text[end : sentence.start] or _NUMBERED.search(text):
                break
            shares = len(set(asked.topic) & set(fold_words(text).split())) >= 2
            if not (always or _CONNECTIVE.match(text) or shares) or is_instruction(text):
                break
            following = Candidate(passages, sentence).ground(ground.number, ground.key)
            lines.append(Line(quoted(following, asked.language), (following,)))
            end = sentence.end
        return lines


def _left_blank(candidate: Candidate) -> bool:
    """Whether the sentence only has a document number that was left blank."""
    mentions = find_numbers(candidate.text)
    return any(mention.blank for mention in mentions) and not any(m.key and not m.blank for m in mentions)


def _person(signer: str) -> str:
    """The person's name in a signature block: the last two to four words written like names; empty without one."""
    words: list[str] = []
    for word in reversed(signer.split()):
        if not word.istitle():
            break
        words.insert(0, word)
    return " ".join(words[-4:]) if len(words) >= 2 else ""


def _query(asked: Understanding) -> str:
    return f"{asked.question} {translated(asked.question)}" if asked.language == "en" else asked.question


def _answers(candidate: Candidate, asked: Understanding, least: float) -> bool:
    """Whether a sentence holds enough of the question, and the kind of thing that is asked for."""
    if asked.topic and candidate.coverage < (least if asked.language == "vi" else least * _ENGLISH_SHARE):
        return False
    if asked.money and not has_money(candidate.text):
        return False
    if _ASKS_COMPANY.search(fold_words(asked.question)) and not names_company(candidate.text):
        return False
    if asked.intent is Intent.WHEN and not find_dates(candidate.text):
        return False
    if asked.intent is Intent.HOW_MANY and not re.search(r"\d", candidate.text):
        return False
    if asked.intent is Intent.HOW_MANY and asked.units and asked.language == "vi":
        return any(counts(candidate.text, unit) for unit in asked.units) or candidate.coverage > 0.8
    return True


def _relation_kinds(folded: str) -> list[str]:
    kinds: list[str] = []
    for words, named in _RELATION_WORDS:
        if words.search(folded):
            kinds += [kind for kind in named if kind not in kinds]
    return kinds


def _of_asked_type(links: Sequence[RelationEntry], asked: Understanding) -> list[RelationEntry]:
    numbered = [link for link in links if link.number]
    if not asked.type_code:
        return numbered
    return [link for link in numbered if f"|{_folded_code(asked.type_code)}|" in f"|{link.key}|"] or (
        [link for link in numbered if asked.type_code == "CV"]
    )


def _folded_code(code: str) -> str:
    return code.upper().replace("Đ", "D")


def _cited(lines: Sequence[Line], ground: Ground) -> list[bool]:
    return [True for line in lines for other in line.grounds if other.place == ground.place]
