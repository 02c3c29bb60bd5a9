"""Citations in administrative form."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.citing import cite, cited_section
from assistant.models import Source

DECISION = Source("5880/QĐ-UBND", date(2016, 11, 9), "Quyết định", "UBND Thành phố", "Quyết định số 5880/QĐ-UBND: …")
NAMELESS = Source(None, None, None, None, "Biên bản họp giao ban")


def test_a_numbered_document_is_cited_by_its_full_name() -> None:
    assert cite(DECISION, 1, "I", "vi") == (
        "Quyết định số 5880/QĐ-UBND ngày 09/11/2016 của UBND Thành phố, trang 1, mục I"
    )
    assert cite(DECISION, 1, "", "en") == ("Decision 5880/QĐ-UBND of 9 November 2016, issued by UBND Thành phố, page 1")


def test_a_document_without_number_is_cited_by_its_title_or_file() -> None:
    assert cite(NAMELESS, 3, "", "vi") == "Biên bản họp giao ban, trang 3"
    assert cite(Source(None, None, None, None, ""), 3, "", "vi", "hop/bien-ban.pdf") == "hop/bien-ban.pdf, trang 3"


@pytest.mark.parametrize(
    ("label", "vietnamese", "english"),
    [
        ("II.4.c", "mục II.4.c", "section II.4.c"),
        ("Điều 2", "Điều 2", "Article 2"),
        ("Điều 2.1.a", "điểm a khoản 1 Điều 2", "point a, clause 1, Article 2"),
        ("Phụ lục 3 > II", "mục II Phụ lục 3", "section II, Annex 3"),
        ("Phụ lục", "Phụ lục", "Annex"),
        ("Chương II > Mục 1", "Mục 1 Chương II", "Section 1, Chapter II"),
        ("Tiểu mục 2", "Tiểu mục 2", "Subsection 2"),
        ("", "", ""),
    ],
)
def test_a_section_is_told_from_the_inside_out(label: str, vietnamese: str, english: str) -> None:
    assert cited_section(label, "vi") == vietnamese
    assert cited_section(label, "en") == english
