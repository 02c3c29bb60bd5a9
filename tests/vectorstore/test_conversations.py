"""The contract of stored conversations, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from store_factories import PAGE_ONE, PAGE_TWO, make_document

from ingest.models import DigitalSignature
from vectorstore import tables
from vectorstore.catalogue import Catalogue
from vectorstore.conversation_archive import audit, everyones, everyones_list, purge
from vectorstore.conversation_models import CitedPassage, GivenAnswer
from vectorstore.conversations import MAX_MESSAGE_CHARACTERS, MAX_TITLE_CHARACTERS, MAX_TURNS, ConversationStore
from vectorstore.errors import (
    ConversationLimitError,
    CorruptStoreError,
    FullConversationError,
    UnknownConversationError,
)
from vectorstore.models import Candidate, Evidence, Record, RelationEntry, Source, TimelineEntry
from vectorstore.rows import document_id_of

QUOTE = "Điều 1. Phê duyệt đề án xây dựng đô thị thông minh."
START = PAGE_ONE.index(QUOTE)
SOURCE = Source("6179/QĐ-UBND", date(2017, 11, 23), "Quyết định", "UBND Thành phố", "Phê duyệt đề án")
AN, BINH = "an", "binh"


class Ticking:
    """A clock that moves on by a minute with every look at it."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def store(catalogue: Catalogue) -> ConversationStore:
    return ConversationStore(catalogue, Ticking())


def cited(document_id: str = "d1", quote: str = QUOTE, marker: int = 1) -> CitedPassage:
    evidence = Evidence("qd-1.txt", document_id, 1, "Điều 1", quote, START, START + len(quote))
    return CitedPassage(marker, "6179/QĐ-UBND", "6179|QD|UBND", evidence, SOURCE)


def answer(content: str = "Phê duyệt đề án [1].", **fields) -> GivenAnswer:
    given = GivenAnswer(
        content=content, standalone="Điều 1 nói gì?", outcome="answered", mode="extractive", language="vi",
        verified=True, version="0.1.0", settings="abc", citations=(cited(),), timings_ms={"total": 12.5},
    )  # fmt: skip
    return replace(given, **fields)


def put(catalogue: Catalogue, **fields) -> str:
    """A live document as the library keeps it: named by its place and content; takes the place of an older one."""
    document = make_document(**fields)
    document_id = document_id_of(document.file)
    with catalogue.begin() as connection:
        catalogue.insert_document(connection, document_id, document)
        catalogue.switch(connection, document_id, [old.id for old in catalogue.documents()])
    return document_id


def record() -> Record:
    evidence = cited().evidence
    step = TimelineEntry("issued", date(2017, 11, 23), None, "UBND Thành phố", evidence, ("18 đề án",))
    relation = RelationEntry("replaces", "out", None, None, "Quyết định cũ", evidence)
    return Record(
        "6179/QĐ-UBND", "6179|QD|UBND", "Quyết định", "UBND Thành phố", None, date(2017, 11, 23), "Đề án",
        ("qd-1.txt",), step, (step,), (), (relation,), 3, (evidence,),
    )  # fmt: skip


# ------------------------------------------------------------------ what was said


def test_an_answer_comes_back_as_it_was(store: ConversationStore) -> None:
    choice = Candidate("25/KH-UBND", "25|KH|UBND", "Kế hoạch", None, date(2019, 1, 22), "Chuyển đổi số")
    given = answer(record=record(), candidates=(choice,), removed=2, fallback="interrupted")
    begun, ordinal = store.begin(AN, "Điều 1?", given)
    question, stored = store.turns(AN, begun.id)
    assert (question.ordinal, question.role, question.content, question.answer) == (0, "user", "Điều 1?", None)
    assert (stored.ordinal, stored.role, stored.content) == (ordinal, "assistant", given.content)
    assert stored.answer == given
    assert (begun.turns, begun.language, question.said_at) == (2, "vi", "2026-01-01T00:02:00.000000+00:00")


def test_a_citation_keeps_what_was_known_of_the_file_s_signatures(store: ConversationStore) -> None:
    at = datetime(2025, 2, 3, 20, 5, tzinfo=UTC)
    signed = DigitalSignature("signature", "Văn thư", "Sở Nội vụ", at, True, False, "other", "Signature1", "đã ký")
    one = replace(cited(), source=replace(SOURCE, signatures=(signed,)))
    begun, _ = store.begin(AN, "Điều 1?", answer(citations=(one,)))
    kept = store.turns(AN, begun.id)[1].answer
    assert kept is not None and kept.citations == (one,)
    assert kept.citations[0].source.signatures[0].verdict == "changed"


def test_turns_follow_one_another(store: ConversationStore) -> None:
    begun = store.create(AN, "en", "Park and ride")
    assert [store.append(AN, begun.id, f"q{n}", answer(f"a{n}")) for n in range(3)] == [1, 3, 5]
    assert [turn.content for turn in store.turns(AN, begun.id)] == ["q0", "a0", "q1", "a1", "q2", "a2"]
    last = store.turns(AN, begun.id, last=2)
    assert [turn.content for turn in last] == ["q2", "a2"]
    assert last[1].answer is not None and last[1].answer.citations == (cited(),)
    assert store.get(AN, begun.id).title == "Park and ride"


def test_an_empty_conversation(store: ConversationStore) -> None:
    begun = store.create(AN, "vi")
    assert store.turns(AN, begun.id) == []
    assert store.get(AN, begun.id) == begun


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("  25/KH-UBND\n đến đâu? ", "25/KH-UBND đến đâu?"),
        ("từ " * 60, ("từ " * 26).strip() + "…"),
        ("x\0y \ud800", "xy ?"),
    ],
    ids=["short", "cut between words", "what no database holds"],
)
def test_a_conversation_is_called_by_its_first_question(store: ConversationStore, question: str, title: str) -> None:
    begun, _ = store.begin(AN, question, answer())
    assert begun.title == title
    store.append(AN, begun.id, "Câu khác", answer())
    assert store.get(AN, begun.id).title == title


def test_rename_and_delete(store: ConversationStore, catalogue: Catalogue) -> None:
    begun, _ = store.begin(AN, "Điều 1?", answer())
    assert store.rename(AN, begun.id, " Đề án đô thị ").title == "Đề án đô thị"
    store.delete(AN, begun.id)
    with pytest.raises(UnknownConversationError):
        store.get(AN, begun.id)
    with catalogue.connect() as connection:
        assert [connection.execute(select(t)).first() for t in (tables.turns, tables.citations)] == [None, None]


def test_limits(store: ConversationStore, catalogue: Catalogue) -> None:
    begun, _ = store.begin(AN, "x" * MAX_MESSAGE_CHARACTERS, answer(citations=()))
    with pytest.raises(ConversationLimitError, match="20001"):
        store.append(AN, begun.id, "x" * (MAX_MESSAGE_CHARACTERS + 1), answer())
    for title in ("", "  ", "x" * (MAX_TITLE_CHARACTERS + 1)):
        with pytest.raises(ConversationLimitError):
            store.rename(AN, begun.id, title)
    with catalogue.begin() as connection:
        connection.execute(tables.turns.update().where(tables.turns.c.ordinal == 1).values(ordinal=MAX_TURNS - 2))
    with pytest.raises(FullConversationError, match="hội thoại mới"):
        store.append(AN, begun.id, "thêm", answer())


# ------------------------------------------------------------------------- lists


def test_the_one_last_spoken_in_comes_first(store: ConversationStore) -> None:
    ids = [store.begin(AN, name, answer())[0].id for name in ("một", "hai", "ba")]
    store.append(AN, ids[0], "nữa", answer())
    total, window = store.listed(AN, limit=2)
    assert (total, [(c.title, c.turns) for c in window]) == (3, [("một", 4), ("ba", 2)])
    assert [c.title for c in store.listed(AN, offset=2, limit=2)[1]] == ["hai"]


@pytest.mark.parametrize(
    ("search", "titles"),
    [
        ("", ["Bãi xe thông minh", "Phòng cháy chợ"]),
        ("PHONG CHAY", ["Phòng cháy chợ"]),
        ("ngân sách quận", ["Bãi xe thông minh"]),
        ("kinh phí", ["Bãi xe thông minh"]),
        ("100%_", []),
        ("không có ở đâu", []),
    ],
    ids=["all", "title without diacritics", "answer", "question", "wildcards are letters", "nothing"],
)
def test_search(store: ConversationStore, search: str, titles: list[str]) -> None:
    store.begin(AN, "Phòng cháy chợ", answer("Chợ Bến Thành."))
    begun, _ = store.begin(AN, "Bãi xe thông minh", answer())
    store.append(AN, begun.id, "Kinh phí?", answer("Từ ngân sách Quận 1."))
    total, found = store.listed(AN, search)
    assert (total, [c.title for c in found]) == (len(titles), titles)


# ------------------------------------------------------------------------ owners


CALLS = {
    "get": lambda store, owner, one: store.get(owner, one),
    "turns": lambda store, owner, one: store.turns(owner, one),
    "rename": lambda store, owner, one: store.rename(owner, one, "Của tôi"),
    "delete": lambda store, owner, one: store.delete(owner, one),
    "append": lambda store, owner, one: store.append(owner, one, "x", answer()),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_what_belongs_to_another_is_as_what_is_not_there(store: ConversationStore, call) -> None:
    begun, _ = store.begin(AN, "Điều 1?", answer())
    before = store.turns(AN, begun.id)
    with pytest.raises(UnknownConversationError) as foreign:
        call(store, BINH, begun.id)
    with pytest.raises(UnknownConversationError) as missing:
        call(store, BINH, "00000000-0000-4000-8000-000000000000")
    assert str(foreign.value) == str(missing.value)
    assert store.turns(AN, begun.id) == before
    assert store.listed(BINH) == (0, []) and store.listed(BINH, "Điều")[0] == 0


def at_once(*work) -> None:
    """Runs the calls in threads that start together; what one raises is raised here."""
    gate, failures = threading.Barrier(len(work)), []

    def do(task) -> None:
        gate.wait(timeout=60)
        try:
            task()
        except Exception as error:  # noqa: BLE001 - raised below, in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=do, args=(task,)) for task in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert failures == []


def test_two_tabs_keep_question_and_answer_together(store: ConversationStore) -> None:
    begun = store.create(AN, "vi", "Chung")

    def tab(name: str):
        return lambda: [store.append(AN, begun.id, f"{name}{n}", answer(f"{name}{n}")) for n in range(6)]

    at_once(*map(tab, "abcd"))
    said = store.turns(AN, begun.id)
    assert [turn.ordinal for turn in said] == list(range(48))
    pairs = [(said[at].content, said[at + 1].content) for at in range(0, 48, 2)]
    assert all(question == reply for question, reply in pairs)
    # Each tab's own questions kept their order.
    assert [q for q, _ in pairs if q[0] == "b"] == [f"b{n}" for n in range(6)]


def test_several_people_at_once_never_see_each_other(store: ConversationStore) -> None:
    seen: dict[str, list[str]] = {}

    def person(name: str):
        def use() -> None:
            for n in range(4):
                begun, _ = store.begin(name, f"{name} hỏi {n}", answer(f"{name} được trả lời"))
                store.append(name, begun.id, f"{name} hỏi tiếp", answer(name))
            total, listed = store.listed(name)
            assert total == 4
            seen[name] = [turn.content for one in listed for turn in store.turns(name, one.id)]

        return use

    people = ["an", "binh", "chi", "dung"]
    at_once(*map(person, people))
    assert all(len(said) == 16 and all(line.startswith(name) for line in said) for name, said in seen.items())
    assert sorted(seen) == people


def test_a_database_that_cannot_be_written_is_not_called_busy(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "c.sqlite3")
    with catalogue.begin() as connection:
        connection.exec_driver_sql("PRAGMA query_only=ON")
    with pytest.raises(CorruptStoreError, match="Kiểm tra dung lượng đĩa, quyền ghi"):
        ConversationStore(catalogue).create(AN, "vi")
    catalogue.close()


# ------------------------------------------------------------------------- audit


def test_the_quoted_version_is_kept(store: ConversationStore, catalogue: Catalogue) -> None:
    document_id = put(catalogue)
    begun, _ = store.begin(AN, "Điều 1?", answer(citations=(cited(document_id), cited("gone", marker=2))))
    stored = store.turns(AN, begun.id)[1].answer
    assert stored is not None
    assert stored.citations[0].content_hash == make_document().file.content_hash
    assert (stored.citations[0].root, stored.citations[1].content_hash) == ("/van-ban", None)


@pytest.fixture
def audited(store: ConversationStore, catalogue: Catalogue) -> Iterator:
    """What becomes of the one citation of an answer after `change` of the library."""
    document_id = put(catalogue)
    begun, _ = store.begin(AN, "Điều 1?", answer(citations=(cited(document_id),)))

    def after(change=None):
        if change:
            change(document_id)
        (found,) = audit(catalogue, store.turns(AN, begun.id))
        # Whatever has become of the document, the quote is there.
        stored = store.turns(AN, begun.id)[1].answer
        assert stored is not None and stored.citations[0].evidence.quote == QUOTE
        assert (found.turn, found.marker) == (1, 1)
        return found.state, found.quote_stands, found.document_id

    yield after


def test_unchanged(audited, catalogue: Catalogue) -> None:
    assert audited() == ("unchanged", True, catalogue.documents()[0].id)


def test_changed_and_the_sentence_stands(audited, catalogue: Catalogue) -> None:
    assert audited(lambda _: put(catalogue, pages=[PAGE_ONE, "Điều 2. Khác."]))[:2] == ("changed", True)


def test_changed_and_the_sentence_is_gone(audited, catalogue: Catalogue) -> None:
    state, stands, now = audited(lambda _: put(catalogue, pages=["Quyết định khác.", PAGE_TWO]))
    assert (state, stands, now) == ("changed", False, catalogue.documents()[0].id)


def test_moved_without_a_change(audited, catalogue: Catalogue) -> None:
    assert audited(lambda _: put(catalogue, place="kho/qd-1.txt"))[:2] == ("unchanged", True)


def test_taken_out_of_the_library(audited, catalogue: Catalogue) -> None:
    def remove(document_id: str) -> None:
        with catalogue.begin() as connection:
            catalogue.delete_document(connection, document_id)

    assert audited(remove) == ("gone", False, None)


def test_nothing_cited_nothing_audited(store: ConversationStore, catalogue: Catalogue) -> None:
    begun, _ = store.begin(AN, "?", answer(citations=()))
    assert audit(catalogue, store.turns(AN, begun.id)) == []


# ----------------------------------------------------------------- administration


def test_everyones(store: ConversationStore, catalogue: Catalogue) -> None:
    store.begin(AN, "một", answer())
    store.begin(BINH, "hai", answer())
    found = [(owner, one.title, len(said)) for owner, one, said in everyones(catalogue)]
    assert found == [(AN, "một", 2), (BINH, "hai", 2)]
    assert [(owner, one.title, one.turns) for owner, one in everyones_list(catalogue)] == found


def test_purge_takes_what_was_not_spoken_in_since(store: ConversationStore, catalogue: Catalogue) -> None:
    old, _ = store.begin(AN, "một", answer())
    store.begin(BINH, "hai", answer())
    store.append(AN, old.id, "nữa", answer())
    # The minutes: begun at 1 and 3, spoken in at 2, 4 and 5.
    assert purge(catalogue, datetime(2026, 1, 1, 0, 4, tzinfo=UTC)) == 0
    assert purge(catalogue, datetime(2026, 1, 1, 0, 5, tzinfo=UTC)) == 1
    assert [one.title for _, one, _ in everyones(catalogue)] == ["một"]
