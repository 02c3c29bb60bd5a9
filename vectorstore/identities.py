"""Which mentions are one document: identity is number, year, type, issuer's code and issuer's place.

A number alone is not an id: state numbers restart every year in every agency (Nghị định 34/2016/NĐ-CP,
Article 58), so `25/KH-UBND` is as many documents as bodies and years gave that number. Pure: rows in, groups out.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.bodies import body_words, same_body
from ingest.folding import fold_words
from ingest.named import name_words

_ANY_PLACE = frozenset({"uy ban nhan dan", "hoi dong nhan dan", "uy ban", "tinh uy thanh uy", "quan uy", "huyen uy"})
"""Bodies that every place has: such a name says nothing of which one is meant."""
_LETTERS = "abcdefghijklmnopqrstuvwxyzđ"


@dataclass(frozen=True, slots=True)
class MentionRow:
    """A reference as the catalogue keeps it, with its document's header."""

    document_id: str
    ordinal: int
    start: int
    end: int
    sentence_start: int
    sentence_end: int
    canonical: str | None
    key: str | None
    sequence: str | None
    type_code: str | None
    issuer_code: str | None
    year: int | None
    partial: bool
    blank: bool
    diacritics: bool
    type: str | None
    date: datetime.date | None
    issuer: str | None
    subject_start: int | None
    subject_end: int | None
    own: bool
    document_date: datetime.date | None
    name: str | None = None
    """The first words of the document's name (`name_start`)."""
    document_issuer: str | None = None
    document_place: str | None = None
    """The place of issue in its header."""

    @property
    def place_known(self) -> bool:
        """Whether the issuer's name says whose it is."""
        return self.issuer is not None and body_words(self.issuer) not in _ANY_PLACE


@dataclass(slots=True)
class Identity:
    """The mentions that are one document; they grow by `add` alone.

    What `accepts` looks at is kept up with each mention: a law that thousands mention would else be counted
    through for each of them.
    """

    key: str
    rows: list[MentionRow] = field(default_factory=list)
    own_rows: list[MentionRow] = field(default_factory=list, init=False, compare=False, repr=False)
    """The headers that carry the number: the files that are this document."""
    _dates: Counter[datetime.date] = field(default_factory=Counter, init=False, compare=False, repr=False)
    _issuer: str | None = field(default=None, init=False, compare=False, repr=False)
    """The fullest name that a mention gives its issuer."""
    _placed: str | None = field(default=None, init=False, compare=False, repr=False)
    """The fullest of those that say whose it is."""

    def __post_init__(self) -> None:
        rows, self.rows = self.rows, []
        for row in rows:
            self.add(row)

    def add(self, row: MentionRow) -> None:
        """One more mention of it."""
        self.rows.append(row)
        if row.own:
            self.own_rows.append(row)
        if row.date:
            self._dates[row.date] += 1
        if row.issuer:
            self._issuer = _fuller(self._issuer, row.issuer)
            if row.place_known:
                self._placed = _fuller(self._placed, row.issuer)

    @property
    def date(self) -> datetime.date | None:
        """The header's date, else the one most mentions give."""
        for row in self.own_rows:
            if row.date:
                return row.date
        return self._dates.most_common(1)[0][0] if self._dates else None

    @property
    def issuer(self) -> str | None:
        """The header's issuer, else the fullest name that a mention gives."""
        for row in self.own_rows:
            if row.issuer:
                return row.issuer
        return self._placed or self._issuer

    @property
    def year(self) -> int | None:
        """The year of its date, else the one its number carries."""
        day = self.date
        return day.year if day else next((row.year for row in self.rows if row.year), None)

    @property
    def number(self) -> str:
        """The display form: the header's, else the most frequent one with its letters; empty for a mere name."""
        own = [row.canonical for row in self.own_rows if row.canonical]
        whole = own or [row.canonical for row in self.rows if row.canonical and row.diacritics]
        written = Counter(whole or [row.canonical for row in self.rows if row.canonical]).most_common(1)
        return written[0][0] if written else self.key

    @property
    def type(self) -> str | None:
        """The header's type, else the fullest one that a mention gives."""
        for row in self.own_rows:
            if row.type:
                return row.type
        return max((row.type for row in self.rows if row.type), key=len, default=None)

    def accepts(self, row: MentionRow) -> bool:
        """Whether a mention may speak of this document."""
        issuer = self.issuer
        if row.place_known and issuer and body_words(issuer) not in _ANY_PLACE and not same_body(issuer, row.issuer):
            return False
        mine, its = self.date, row.date
        if mine and its:
            return mine.year == its.year
        if self.year and row.year:
            return self.year == row.year
        return True


def grouped(rows: Iterable[MentionRow]) -> list[Identity]:
    """The documents that mentions with complete numbers speak of, key by key in the order of the first mention."""
    by_key: dict[str, list[MentionRow]] = {}
    for row in rows:
        if row.key:
            by_key.setdefault(row.key, []).append(row)
    return [identity for same in by_key.values() for identity in _by_letters(same)]


def _by_letters(rows: Sequence[MentionRow]) -> list[Identity]:
    """HĐ and HD fold alike and are two types: mentions written with their letters are kept apart by them."""
    codes = {row.type_code for row in rows if row.diacritics}
    if len(codes) < 2:
        return identify(rows)
    return [
        identity for code in sorted(codes, key=str) for identity in identify(r for r in rows if r.type_code == code)
    ]


def identify(rows: Iterable[MentionRow]) -> list[Identity]:
    """The documents that mentions of one key speak of, earliest first.

    A mention without date or place goes to the only document that it can mean, or to the one that its own
    text names in full; where several remain it belongs to none.
    """
    identities: list[Identity] = []
    ordered = sorted(rows, key=lambda row: (not row.own, row.date is None, not row.place_known))
    for row in ordered:
        fitting = [identity for identity in identities if identity.accepts(row)]
        if row.own or row.date:
            same_day = [identity for identity in fitting if identity.date == row.date]
            fitting = same_day or fitting
        if len(fitting) > 1:
            fitting = _named_in_same_text(fitting, row)
        if len(fitting) == 1:
            fitting[0].add(row)
        elif not fitting and (row.key or row.blank):
            identities.append(Identity(row.key or "", [row]))
    return sorted(identities, key=lambda identity: (identity.date or datetime.date.max, identity.issuer or ""))


def _named_in_same_text(fitting: Sequence[Identity], row: MentionRow) -> list[Identity]:
    here = [
        identity
        for identity in fitting
        if any(other.document_id == row.document_id and (other.date or other.place_known) for other in identity.rows)
    ]
    return here if len(here) == 1 else list(fitting)


def _fuller(one: str | None, other: str) -> str:
    return other if one is None or len(other) > len(one) else one


def meant_by(row: MentionRow, known: Sequence[Identity]) -> Identity | None:
    """The document that a short form (`Kế hoạch 312`) means whose full number stands in other files only.

    Args:
        row: the short form.
        known: the documents with that sequence number.

    Returns:
        The only one that fits: of that type, of the year of the document that names it or the year before, of the
        issuer that the words name or, where they name none, of the very body that writes. None where more fit, or none.
    """
    fitting = [identity for identity in known if _may_mean(row, identity)]
    return fitting[0] if len(fitting) == 1 else None


def _may_mean(row: MentionRow, identity: Identity) -> bool:
    if not row.type or not fold_words(identity.type or "").startswith(fold_words(row.type)):
        return False
    if row.date:
        return identity.date == row.date
    told, day, issuer = row.document_date, identity.date, identity.issuer
    if told is None or day is None or issuer is None or not 0 <= told.year - day.year <= 1 or day > told:
        return False
    if row.year and row.year != day.year:
        return False
    local = row.document_place is not None and body_words(issuer).endswith(fold_words(row.document_place))
    if row.issuer:
        return same_body(issuer, row.issuer) and (local or row.place_known)
    return row.document_issuer is not None and same_body(issuer, row.document_issuer)


def same_name(one: str, other: str) -> bool:
    """Whether two titles name one document: equal once folded and freed of `về`, type words and quotes."""
    return same_bare(bare_name(one), bare_name(other))


def same_bare(one: str, other: str) -> bool:
    """The same of two titles that are bare already (`bare_name`): of many each is made bare once."""
    return bool(one) and (one == other or (min(len(one), len(other)) > 20 and (one in other or other in one)))


def name_start(title: str) -> str:
    """The first words of a bare title: what two names of one document share."""
    return " ".join(bare_name(title).split()[:3])


def bare_name(title: str) -> str:
    """A title folded and freed of what a name may or may not begin with: `về`, `về việc`, a type word."""
    words = name_words(title)
    for lead in ("ke hoach ", "quyet dinh ", "bao cao ", "de an ", "chuong trinh ", "ve viec ", "ve ", "phe duyet "):
        words = words.removeprefix(lead)
    return words


def kept_sequences(sequence: str) -> tuple[str, ...]:
    """The ways in which the catalogue keeps a sequence number: one below ten with a zero before it or without."""
    bare = sequence.lstrip("0").lower()
    digits = bare.rstrip(_LETTERS)
    return (bare, f"0{bare}") if len(digits) < 2 else (bare,)
