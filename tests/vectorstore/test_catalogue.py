"""The catalogue's contract, on SQLite and on PostgreSQL (see `conftest`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from store_factories import PAGE_ONE, PAGE_TWO, make_document

from ingest.models import (
    DocumentHeader,
    FileReport,
    NumberMention,
    Quantity,
    Reference,
    Relation,
    Section,
    Span,
    Statement,
)
from vectorstore import tables
from vectorstore.catalogue import Catalogue
from vectorstore.errors import CatalogueVersionError, CorruptStoreError
from vectorstore.migrations import HEAD
from vectorstore.noted_files import note_file


def put(catalogue: Catalogue, document_id: str, state="live", **fields) -> None:
    with catalogue.begin() as connection:
        catalogue.insert_document(
            connection, document_id, make_document(**fields), state, mtime_ns=1_700_000_000_123_456_789
        )


def full_document():
    """A document with one of everything."""
    header = DocumentHeader(
        number="25/KH-UBND", key="25|KH|UBND", date=date(2019, 1, 22), issuer="UBND Quận 3", place="Quận 3",
        type="Kế hoạch", subject="chuyển đổi số", signer="CHỦ TỊCH Nguyễn Văn A", confidence=0.9,
    )  # fmt: skip
    section = Section("Điều 1", "Phê duyệt", 3, Span(46, 54), Span(46, 100))
    mention = NumberMention(
        span=Span(0, 10), surface="25/KH-UBND", canonical="25/KH-UBND", key="25|KH|UBND", number="25", type="KH",
        issuer="UBND", year=None, date=date(2019, 1, 22),
    )  # fmt: skip
    reference = Reference(
        Span(0, 20), Span(0, 45), mention, "Kế hoạch", date(2019, 1, 22), "UBND", Span(11, 20), own=True
    )
    bare = Reference(Span(110, 120), Span(108, 150), None, "Bản ghi nhớ", None, None, None)
    return replace(
        make_document(header=header, sections=[section]),
        references=(reference, bare),
        statements=(
            Statement(0, "issued", date(2019, 1, 22), None, "UBND", Span(0, 45), "đã ban hành",
                      (Quantity(Span(5, 10), "19/24", "quận"),)),
        ),
        relations=(Relation(None, "implements", 1, Span(0, 45), "triển khai"),),
        warnings=("trang 2 mờ",),
        failed_pages=(2,),
    )  # fmt: skip


def test_a_document_comes_back(catalogue: Catalogue) -> None:
    document = full_document()
    with catalogue.begin() as connection:
        catalogue.insert_document(connection, "d1", document, "live", mtime_ns=1_700_000_000_123_456_789)
    stored = catalogue.document("d1")
    assert stored is not None
    assert stored.header == document.header
    assert (stored.title, stored.place, stored.root, stored.path) == (
        "Quyết định về đô thị thông minh", "qd-1.txt", "/van-ban", "/van-ban/qd-1.txt",
    )  # fmt: skip
    assert (stored.mtime_ns, stored.page_count, stored.chunk_count) == (1_700_000_000_123_456_789, 2, 1)
    assert (stored.warnings, stored.failed_pages, stored.text_source) == (("trang 2 mờ",), (2,), "digital")
    assert catalogue.text_of("d1") == f"{PAGE_ONE}\n{PAGE_TWO}"
    assert catalogue.pages("d1") == document.kept.pages
    assert catalogue.sections("d1") == document.sections
    assert catalogue.mentions("d1") == (("25|KH|UBND", 1),)


def test_parts_are_kept(catalogue: Catalogue) -> None:
    with catalogue.begin() as connection:
        catalogue.insert_document(connection, "d1", full_document(), "live")
    with catalogue.connect() as connection:
        own, bare = connection.execute(select(tables.references).order_by(tables.references.c.ordinal)).mappings()
        statement = connection.execute(select(tables.statements)).mappings().one()
        relation = connection.execute(select(tables.relations)).mappings().one()
    assert (own["key"], own["sequence"], own["page"], own["own"], own["date"]) == (
        "25|KH|UBND", "25", 1, True, date(2019, 1, 22),
    )  # fmt: skip
    assert (bare["key"], bare["type"], bare["page"], bare["own"]) == (None, "Bản ghi nhớ", 2, False)
    assert statement["quantities"] == [{"span": {"start": 5, "end": 10}, "value": "19/24", "unit": "quận"}]
    assert (relation["source"], relation["target"], relation["kind"]) == (None, 1, "implements")


def test_page_text(catalogue: Catalogue) -> None:
    put(catalogue, "d1", pages=["Trang một có dấu: Đề án 😀.", "Trang hai."])
    assert catalogue.page_text("d1", 1) == "Trang một có dấu: Đề án 😀."
    assert catalogue.page_text("d1", 2) == "Trang hai."
    with pytest.raises(KeyError):
        catalogue.page_text("d1", 3)
    with pytest.raises(KeyError):
        catalogue.page_text("d2", 1)


def test_what_is_not_there(catalogue: Catalogue) -> None:
    assert catalogue.document("x") is None
    assert catalogue.documents() == []
    assert not catalogue.has_documents()
    assert catalogue.pages("x") == ()
    with pytest.raises(KeyError):
        catalogue.text_of("x")


def test_a_reader_sees_live_documents_only(catalogue: Catalogue) -> None:
    put(catalogue, "old", place="a.txt")
    put(catalogue, "new", "staged", place="a.txt", title="Mới")
    assert [document.id for document in catalogue.documents()] == ["old"]
    assert list(catalogue.live_chunk_ids()) == ["old"]
    before = catalogue.generation()
    with catalogue.begin() as connection:
        catalogue.switch(connection, "new", ["old"])
    assert [document.id for document in catalogue.documents()] == ["new"]
    assert [document.id for document in catalogue.documents(("retired",))] == ["old"]
    assert catalogue.generation() > before
    ids = [chunk.id for name in ("old", "new") for chunk in catalogue.chunks_of(name)]
    assert {chunk.document_id for chunk in catalogue.live_chunks(ids).values()} == {"new"}


def test_documents_are_found_by_id_content_or_path(catalogue: Catalogue) -> None:
    for at, (root, place) in enumerate([("/kho", "b.txt"), ("/kho/2019", "a.txt"), ("/", "c.txt"), ("/kho", "d.txt")]):
        state = "retired" if place == "d.txt" else "live"
        put(catalogue, f"d{at}", state, pages=[f"Văn bản {at}."], place=place, root=root)
    hashes = {document.id: document.content_hash for document in catalogue.documents()}

    def found(**wanted: list[str]) -> list[str]:
        return [document.id for document in catalogue.documents_like(**wanted)]

    assert found() == []
    assert found(ids=["d0", "d3", "nowhere"]) == ["d0"]
    assert found(hashes=[hashes["d1"], "x"]) == ["d1"]
    assert found(paths=["/kho/b.txt", "/kho/2019/a.txt", "/c.txt", "/kho/d.txt", "b.txt"]) == ["d1", "d0", "d2"]
    assert found(ids=["d0"], hashes=[hashes["d0"]], paths=["/kho/2019/a.txt"]) == ["d1", "d0"]


def test_delete_takes_every_part_along(catalogue: Catalogue) -> None:
    with catalogue.begin() as connection:
        catalogue.insert_document(connection, "d1", full_document(), "live")
    put(catalogue, "d2", place="b.txt")
    with catalogue.begin() as connection:
        catalogue.delete_document(connection, "d1")
        catalogue.delete_document(connection, "khong-co")
    parts = (tables.pages, tables.sections, tables.chunks, tables.references, tables.statements, tables.relations)
    with catalogue.connect() as connection:
        left = {row.document_id for table in parts for row in connection.execute(select(table))}
    assert left == {"d2"}


def test_a_failed_transaction_leaves_nothing(catalogue: Catalogue) -> None:
    put(catalogue, "d1")
    with pytest.raises(IntegrityError), catalogue.begin() as connection:
        catalogue.insert_document(connection, "d2", make_document(place="b.txt"), "live")
        catalogue.insert_document(connection, "d1", make_document(), "live")
    assert [document.id for document in catalogue.documents()] == ["d1"]
    assert catalogue.damages() == []


def test_chunks_carry_their_text(catalogue: Catalogue) -> None:
    put(catalogue, "d1")
    (chunk,) = catalogue.chunks_of("d1")
    assert chunk.text == f"{PAGE_ONE}\n{PAGE_TWO}"
    assert chunk.embedded == f"Quyết định về đô thị thông minh\n{chunk.text}"
    assert catalogue.live_chunks([chunk.id, "khong-co"]) == {chunk.id: chunk}
    assert sum(document.chunk_count for document in catalogue.documents()) == 1


def test_more_chunks_than_one_statement_takes(catalogue: Catalogue) -> None:
    put(catalogue, "d1", pages=["\n".join(f"Điều {n}. " + "Nội dung của điều này. " * 12 for n in range(1500))])
    ids = catalogue.live_chunk_ids()["d1"]
    assert len(ids) > 1000
    assert catalogue.live_chunks(ids).keys() == set(ids)


def test_some_chunks_of_several_documents_carry_their_texts(catalogue: Catalogue) -> None:
    for name in ("d1", "d2"):
        put(catalogue, name, place=name, pages=[" ".join(f"{name}: Điều {n} của 𝔸 có hiệu lực." for n in range(200))])
    first, second = catalogue.chunks_of("d1"), catalogue.chunks_of("d2")
    assert min(len(first), len(second)) > 6
    some = [first[2], first[5], second[4], first[1]]
    assert catalogue.live_chunks([chunk.id for chunk in some]) == {chunk.id: chunk for chunk in some}


def test_other_chunks_in_their_place(catalogue: Catalogue) -> None:
    put(catalogue, "d1")
    document = make_document(pages=["Câu một. " * 60])
    with catalogue.begin() as connection:
        catalogue.replace_chunks(connection, "d1", document.chunks)
    assert len(catalogue.chunks_of("d1")) == len(document.chunks) > 1
    assert catalogue.damages() == []


def test_stamps(catalogue: Catalogue) -> None:
    assert catalogue.stamp("shadows") is None
    for value in ("one", "two", None):
        with catalogue.begin() as connection:
            catalogue.set_stamp(connection, "shadows", value)
        assert catalogue.stamp("shadows") == value


def test_how_a_file_fared_last(catalogue: Catalogue) -> None:
    file = make_document().file
    note_file(catalogue, file, 1, FileReport(file.place, "failed", error="hỏng"))
    note_file(catalogue, file, 2, FileReport(file.place, "indexed"))
    with catalogue.connect() as connection:
        (row,) = connection.execute(select(tables.files)).mappings()
    assert (row["status"], row["mtime_ns"], row["error"]) == ("indexed", 2, None)


def test_missing_rows_are_reported(catalogue: Catalogue) -> None:
    put(catalogue, "d1", place="mat-doan.txt")
    with catalogue.begin() as connection:
        connection.execute(tables.chunks.delete())
    assert ["mat-doan.txt" in damage for damage in catalogue.damages()] == [True]


def test_opened_again_without_alembic(tmp_path: Path) -> None:
    import subprocess
    import sys

    Catalogue(tmp_path / "c.sqlite3").close()
    code = f"""
import sys
from vectorstore.catalogue import Catalogue
assert Catalogue({str(tmp_path / "c.sqlite3")!r}).documents() == []
heavy = {{"alembic", "chromadb", "tantivy", "torch", "langchain_core"}} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_schema_is_that_of_the_tables(catalogue: Catalogue) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with catalogue.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, tables.metadata) == []
        assert context.get_current_revision() == HEAD


def test_head_is_the_newest_revision() -> None:
    from alembic.script import ScriptDirectory

    from vectorstore.migrations.upgrade import _config

    assert ScriptDirectory.from_config(_config()).get_current_head() == HEAD


def test_a_newer_catalogue_is_refused(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "c.sqlite3")
    with catalogue.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    catalogue.close()
    with pytest.raises(CatalogueVersionError, match="Nâng cấp"):
        Catalogue(tmp_path / "c.sqlite3")


def test_something_else_than_a_database(tmp_path: Path) -> None:
    (tmp_path / "c.sqlite3").write_bytes(b"this is not a database " * 100)
    with pytest.raises(CorruptStoreError, match=r"c\.sqlite3"):
        Catalogue(tmp_path / "c.sqlite3")


def test_a_reader_is_not_held_up_by_a_writer(tmp_path: Path) -> None:
    writer, reader = Catalogue(tmp_path / "c.sqlite3"), Catalogue(tmp_path / "c.sqlite3")
    with writer.begin() as connection:
        writer.insert_document(connection, "d1", make_document(), "live")
        assert reader.documents() == []
    assert [document.id for document in reader.documents()] == ["d1"]
    writer.close()
    reader.close()
