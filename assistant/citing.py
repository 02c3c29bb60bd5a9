"""A citation as administration writes it: the document by its full name, the page, the section."""

from __future__ import annotations

import re
from functools import reduce

from assistant.models import Language, Source
from assistant.naming import document_name
from prompts import say

_NAMED = {
    "Phụ lục": "annex",
    "Phần": "part",
    "Chương": "chapter",
    "Mục": "division",
    "Tiểu mục": "subdivision",
    "Điều": "article",
}
_HEAD = re.compile(rf"({'|'.join(_NAMED)})(?: (.+))?")


def cite(source: Source, page: int, section: str, language: Language, document: str = "") -> str:
    """`Quyết định số 5880/QĐ-UBND ngày 09/11/2016 của UBND Thành phố, trang 1, mục I`; unknown parts are left out.

    Args:
        source: the document's header.
        page: from 1.
        section: its label (`II.1`, `Điều 2.1.a`, `Phụ lục 3 > II`); empty outside any.
        language: of the citation.
        document: place of the file: the name of a document without number and title.
    """
    if source.number:
        name = document_name(language, source.number, source.type, source.date, source.issuer)
    else:
        name = source.title or document
    place = say(language, "citation.page", page=page)
    return ", ".join(filter(None, (name, place, cited_section(section, language))))


def cited_section(label: str, language: Language) -> str:
    """A section as it is cited (Nghị định 30/2020/NĐ-CP, Appendix I, II.5): `điểm a khoản 1 Điều 2`, `mục II.4`.

    A path is told from the inside out: `Phụ lục 3 > II` is `mục II Phụ lục 3`.
    """
    steps = [step for part in reversed(label.split(" > ")) if part for step in _steps(part, language)]
    return (
        reduce(lambda inner, outer: say(language, "citation.within", inner=inner, outer=outer), steps) if steps else ""
    )


def _steps(part: str, language: Language) -> list[str]:
    head = _HEAD.fullmatch(part)
    if head is None:
        return [say(language, "citation.numbered", mark=part)]
    kind, mark = _NAMED[head[1]], head[2] or ""
    article, *inner = mark.split(".") if kind == "article" else [mark]
    steps = [say(language, f"citation.{kind}", mark=article).strip()]
    for depth, name in zip(("clause", "point"), inner, strict=False):
        steps.insert(0, say(language, f"citation.{depth}", mark=name))
    return steps
