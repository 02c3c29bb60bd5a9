"""Chunks: whole sentences, nothing lost, no number cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.chunks import CHUNK_LENGTH, OVERLAP, cut_chunks
from ingest.models import KeptText, Page, Section, Span

SENTENCE = "Ủy ban nhân dân thành phố giao Sở Thông tin và Truyền thông chủ trì triển khai kế hoạch này trong năm."


def kept(text: str) -> KeptText:
    return KeptText(text, (Page(1, Span(0, len(text))),))


def texts(text: str, sections: tuple[Section, ...] = ()) -> list[str]:
    return [chunk.span.of(text) for chunk in cut_chunks(kept(text), "Tiêu đề", sections)]


def test_a_short_text_is_one_chunk() -> None:
    (chunk,) = cut_chunks(kept("Điều 1. Phê duyệt.\nĐiều 2. Hiệu lực."), "Quyết định 5880", ())
    assert (chunk.ordinal, chunk.section, chunk.context) == (0, "", "Quyết định 5880")
    assert (chunk.span.start, chunk.span.end) == (0, 36)
    # sha256sum of the passage in UTF-8.
    assert len(chunk.text_hash) == 64


@pytest.mark.parametrize("text", ["", "  \n\n "])
def test_no_text_no_chunk(text: str) -> None:
    assert texts(text) == []


def test_long_texts_overlap_by_whole_sentences() -> None:
    text = "\n".join(f"{n}. {SENTENCE}" for n in range(1, 13))
    chunks = cut_chunks(kept(text), "", ())
    assert len(chunks) > 2
    for first, second in pairwise(chunks):
        shared = first.span.end - second.span.start
        assert 0 < shared <= OVERLAP
        assert second.span.of(text).startswith(first.span.of(text)[-shared:])
    assert all(len(chunk.span.of(text)) <= CHUNK_LENGTH for chunk in chunks)
    assert all(chunk.span.of(text).endswith("năm.") for chunk in chunks)
    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))


def test_equal_passages_have_equal_hashes() -> None:
    one, other = (cut_chunks(kept(text), title, ())[0] for text, title in ((SENTENCE, "a"), (SENTENCE, "b")))
    assert one.text_hash == other.text_hash
    assert one.text_hash != cut_chunks(kept(SENTENCE[:-1]), "a", ())[0].text_hash


def test_context_names_title_and_sections() -> None:
    text = "Điều 1. Phạm vi\nQuy định chung.\nĐiều 2. Kinh phí\n" + SENTENCE
    second = text.index("Điều 2")
    sections = (
        Section("Điều 1", "Phạm vi", 3, Span(0, 15), Span(0, second)),
        Section("Điều 2", "Kinh phí", 3, Span(second, second + 16), Span(second, len(text))),
    )
    (chunk,) = cut_chunks(kept(text[:second]), "Nghị định", sections[:1])
    assert (chunk.section, chunk.context) == ("Điều 1", "Nghị định\nPhạm vi")


def test_a_section_begins_a_chunk_once_there_is_enough() -> None:
    body = "\n".join([SENTENCE] * 3)
    text = f"I. Kết quả\n{body}\nII. Tồn tại\n{body}"
    second = text.index("II.")
    sections = (
        Section("I", "Kết quả", 1, Span(0, 10), Span(0, second)),
        Section("II", "Tồn tại", 1, Span(second, second + 11), Span(second, len(text))),
    )
    first, last = cut_chunks(kept(text), "Báo cáo", sections)
    assert (first.section, last.section) == ("I", "II")
    assert last.span.start == second
    assert last.context == "Báo cáo\nTồn tại"


def test_small_sections_share_a_chunk() -> None:
    text = "a. Một.\nb. Hai.\nc. Ba."
    sections = tuple(
        Section(mark, "", 5, Span(at, at + 2), Span(at, at + 7)) for mark, at in zip("abc", (0, 8, 16), strict=True)
    )
    assert len(cut_chunks(kept(text), "", sections)) == 1


def test_a_paragraph_as_title_is_no_context() -> None:
    long = "Nội dung rất dài " * 30
    section = Section("1", long, 4, Span(0, 5), Span(0, 500))
    assert cut_chunks(kept("Câu một."), "Đề án", [section])[0].context == "Đề án"


def test_rows_far_below_their_head_have_the_column_names_as_context() -> None:
    head = "Stt | Cơ quan | Hạn\n| Chủ trì | Phối hợp"
    rows = "\n".join(f"{number} | Sở Y tế | Sở Nội vụ | Quý II/2018" for number in range(1, 31))
    text = f"Phân công:\n{head}\nI. Nhiệm vụ chung\n{rows}\nKinh phí do ngân sách bảo đảm."
    contexts = [chunk.context for chunk in cut_chunks(kept("\n".join([text, *[SENTENCE] * 5])), "Kế hoạch")]
    among_rows = contexts.count(f"Kế hoạch\n{head}")
    assert among_rows > 2
    assert contexts == [
        "Kế hoạch",
        *[f"Kế hoạch\n{head}"] * among_rows,
        *["Kế hoạch"] * (len(contexts) - among_rows - 1),
    ]
    assert contexts[-1] == "Kế hoạch"


@pytest.mark.parametrize("first", ["1 | Kho dữ liệu | 2018", "Một dòng rất dài " * 20 + " | A | B"])
def test_a_first_row_of_data_names_no_columns(first: str) -> None:
    rows = "\n".join(f"{number} | Sở Y tế | Sở Nội vụ | Quý II/2018" for number in range(2, 31))
    chunks = cut_chunks(kept(f"{first}\n{rows}"), "Kế hoạch")
    assert {chunk.context for chunk in chunks} == {"Kế hoạch"}


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param("số 5880/QĐ-UBND ngày 22 tháng 01 năm 2019", id="number and date"),
        pytest.param("số 16 -CTr/TU ngày 14/3/2018", id="number with a space"),
        pytest.param("1.234.567.000 đồng", id="amount"),
    ],
)
def test_a_sentence_longer_than_a_chunk_is_not_cut_in_a_number(piece: str) -> None:
    for shift in range(0, 60, 3):
        text = "x" * shift + " và căn cứ " + " theo Quyết định ".join([piece] * 40) + "."
        found = texts(text)
        assert len(found) > 2
        assert all(len(chunk) <= CHUNK_LENGTH for chunk in found)
        assert "".join("".join(found).split()) == "".join(text.split())
        numbers = [chunk.count(piece) for chunk in found]
        assert sum(numbers) == 40


def test_a_long_sentence_is_cut_at_clauses() -> None:
    clause = "giao Sở Tài chính bố trí kinh phí cho các đơn vị thực hiện nhiệm vụ được giao trong kế hoạch;"
    found = texts(" ".join([clause] * 10) + " hết.")
    assert all(chunk.endswith(";") for chunk in found[:-1])


def test_text_without_any_space() -> None:
    text = "a" * 2000
    assert "".join(texts(text)) == text


words = st.text(alphabet="aăđ1290./-–;,:số ngàyQĐ\n ", min_size=1, max_size=1500)


@given(words)
@settings(max_examples=150, deadline=None)
def test_nothing_is_lost_and_spans_are_in_order(text: str) -> None:
    chunks = cut_chunks(kept(text), "", ())
    covered = set()
    for chunk in chunks:
        assert 0 < len(chunk.span.of(text)) <= CHUNK_LENGTH
        assert chunk.span.of(text).strip() == chunk.span.of(text)
        covered.update(range(chunk.span.start, chunk.span.end))
    assert all(at in covered for at, letter in enumerate(text) if not letter.isspace())
    assert all(first.span.start < second.span.start for first, second in pairwise(chunks))
    assert all(first.span.end < second.span.end for first, second in pairwise(chunks))
