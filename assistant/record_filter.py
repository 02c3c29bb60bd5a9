"""Which records a person asks a list for: by type, issuer, year, status, as people write them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from assistant.errors import AssistantError
from ingest.bodies import same_body
from ingest.folding import fold, fold_words
from ingest.models import DocumentHeader
from ingest.numbers import issuer_name, parse_number, type_name, type_words
from prompts import LANGUAGES, sentences
from vectorstore.identities import Identity
from vectorstore.models import Record

NO_STATUS = "none"
_NO_STATUS_WORDS = (NO_STATUS, "chưa nêu", "không nêu", "not stated")


class UnknownFilterError(AssistantError):
    """A criterion names nothing that records could have."""


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Criteria that a record must all satisfy; None leaves one open."""

    type: str | None = None
    """A type's name, folded."""
    type_code: str | None = None
    """The type's abbreviation, `CV` for an official letter; either of the two is enough."""
    issuer: str | None = None
    """A body's name, or the beginning of its code, as typed."""
    year: int | None = None
    status: str | None = None
    """A label of `statuses.tsv`, or `NO_STATUS`."""

    def may_be(self, identity: Identity) -> bool:
        """Whether a record can satisfy the criteria, before all that is stated of it is looked up."""
        if self.type is not None and not self._of_type(identity):
            return False
        if self.year is not None and identity.year != self.year:
            return False
        return self.issuer is None or _issued_by(identity, self.issuer)

    def _of_type(self, identity: Identity) -> bool:
        codes = {row.type_code or "CV" for row in identity.rows if row.diacritics}
        return fold_words(identity.type or "") == self.type or self.type_code in codes

    def may_be_document(self, header: DocumentHeader) -> bool:
        """Whether a file with this header can satisfy the criteria, its status aside."""
        parsed = parse_number(header.number) if header.number else None
        if self.type is not None and fold_words(header.type or "") != self.type:
            code = (parsed.type or "CV") if parsed else None
            if header.type or code != self.type_code:
                return False
        year = header.date.year if header.date else parsed.year if parsed else None
        if self.year is not None and year != self.year:
            return False
        if self.issuer is None or _names_body(header.issuer, self.issuer):
            return True
        return parsed is not None and fold(parsed.issuer).split("-")[0] == fold(self.issuer)

    def holds(self, record: Record) -> bool:
        """Whether a record's current status is the one asked for."""
        return self.status is None or self.status == (record.current.state if record.current else NO_STATUS)


def record_filter(
    kind: str | None = None, issuer: str | None = None, year: int | None = None, status: str | None = None
) -> RecordFilter:
    """Criteria out of what a person typed.

    Args:
        kind: a type's name or abbreviation, with or without diacritics: `Quyết định`, `QĐ`, `ke hoach`.
        issuer: a body's name or code: `UBND Quận 3`, `STTTT`.
        year: of the document's date or number.
        status: a label (`in_progress`) or its words (`đang thực hiện`); `none` for records without any.

    Raises:
        UnknownFilterError: there is no such type or status.
    """
    name, code = _type(kind) if kind else (None, None)
    return RecordFilter(
        type=name,
        type_code=code,
        issuer=" ".join(issuer.split()) if issuer else None,
        year=year,
        status=_status(status) if status else None,
    )


def _type(typed: str) -> tuple[str, str]:
    """Folded name and abbreviation of a type."""
    if fold_words(typed) in {"cv", "cong van"}:
        return "cong van", "CV"
    abbr = typed.strip() if type_name(typed.strip()) else type_words().get(" ".join(fold(typed).split()))
    name = type_name(abbr) if abbr else None
    if abbr is None or name is None:
        raise UnknownFilterError(
            f"Không có loại văn bản “{typed}”. Xin nhập tên loại (Quyết định, Kế hoạch, Công văn …) hoặc chữ viết tắt "
            "(QĐ, KH, CV …)."
        )
    return fold_words(name), abbr


def _names_body(issuer: str | None, asked: str) -> bool:
    """Whether an issuer's name is that of the body asked for, or holds its words, or is what its code stands for."""
    if not issuer:
        return False
    named = issuer_name(asked)
    if same_body(issuer, asked) or (named and same_body(issuer, named)):
        return True
    return f" {fold_words(asked)} " in f" {fold_words(issuer)} "


def _issued_by(identity: Identity, asked: str) -> bool:
    """Whether the issuer is the body asked for, by name, by a word of its name, or by its code."""
    if _names_body(identity.issuer, asked):
        return True
    return any(fold(row.issuer_code or "").split("-")[0] == fold(asked) for row in identity.rows)


def _status(typed: str) -> str:
    known = _status_words()
    words = fold_words(typed.replace("_", " "))
    near = {state for name, state in known.items() if words and f" {words} " in f" {name} "}
    state = known.get(words) or (near.pop() if len(near) == 1 else None)
    if state is None:
        names = ", ".join(dict.fromkeys(known.values()))
        raise UnknownFilterError(f"Không có tình trạng “{typed}”. Xin dùng một trong: {names}; hoặc từ tiếng Việt.")
    return state


@cache
def _status_words() -> dict[str, str]:
    """Folded words → label: the labels themselves, their names in the table, and as the assistant says them."""
    found = {fold_words(word): NO_STATUS for word in _NO_STATUS_WORDS}
    lines = (files("ingest") / "status_data" / "statuses.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines[1:]:
        _, state, name, *_ = line.split("\t")
        for word in (state.replace("_", " "), *name.split(" / ")):
            found.setdefault(fold_words(word), state)
    for language in LANGUAGES:
        for state, word in sentences(language)["state"].items():
            found.setdefault(fold_words(word), state)
    return found
