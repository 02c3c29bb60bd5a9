"""Stored conversations over HTTP, and in the chat's own steps: whose they are, what they hold, how they fail."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from fake_assistant import MONEY, PLAN, FakeAssistant
from fastapi import FastAPI
from fastapi.testclient import TestClient
from staging import LISTED, Stranger

from assistant.config import Settings
from assistant.kept_conversations import KeptConversations
from assistant.web.app import create_app
from assistant.web.chat import ChatPage, Talk, conversation_block
from assistant.web.metrics import Metrics
from assistant.web.owner import COOKIE, owner_of
from assistant.web.texts import load_texts
from vectorstore.catalogue import Catalogue
from vectorstore.conversations import MAX_MESSAGE_CHARACTERS, MAX_TURNS
from vectorstore.tables import turns

API = "/api/v1/conversations"
PROBLEM = "application/problem+json"
NOWHERE = "00000000-0000-4000-8000-000000000000"
App = tuple[FastAPI, FakeAssistant, KeptConversations]


@pytest.fixture
def service(kept_app: App) -> FakeAssistant:
    service = kept_app[1]
    service.failure, service.gate = None, None
    service.asked.clear()
    return service


@pytest.fixture
def person(kept_app: App, service: FakeAssistant) -> Callable[[], TestClient]:
    """A browser with a cookie jar of its own; whoever calls first has no conversation yet."""
    return lambda: TestClient(kept_app[0])


@pytest.fixture
def an(person: Callable[[], TestClient]) -> TestClient:
    return person()


def begin(client: TestClient, *questions: str) -> str:
    made = client.post(API, json={"language": "vi"})
    assert made.status_code == 201
    for question in questions:
        assert client.post(f"{API}/{made.json()['id']}/ask", json={"question": question}).status_code == 200
    return str(made.json()["id"])


# ---------------------------------------------------------------------- journeys


def test_what_was_said_is_listed_and_read_again(an: TestClient) -> None:
    one = begin(an, "Kinh phí thực hiện là bao nhiêu?", "Nó đến đâu rồi?")
    listed = an.get(API).json()
    assert listed["total"] == 1
    assert (listed["conversations"][0]["title"], listed["conversations"][0]["turns"]) == (
        "Kinh phí thực hiện là bao nhiêu?", 4,
    )  # fmt: skip
    opened = an.get(f"{API}/{one}").json()
    first, second = opened["exchanges"]
    assert (first["turn"], first["question"]) == (1, "Kinh phí thực hiện là bao nhiêu?")
    assert first["answer"]["text"] == "Kinh phí thực hiện là 12,5 tỷ đồng từ ngân sách tỉnh [1]."
    (citation,) = first["answer"]["citations"]
    assert (citation["quote"], citation["source"]["date"], citation["page"]) == (MONEY.quote, "2024-03-15", 1)
    # The fake's documents are in no catalogue: to the audit they are gone, and the quote is there all the same.
    assert (citation["state"], citation["quote_stands"], citation["document_id_now"]) == ("gone", False, None)
    assert second["answer"]["standalone_question"] == "Kế hoạch 112/KH-UBND đến đâu rồi?"
    assert second["answer"]["record"] == "112/KH-UBND"
    assert (second["version"], len(second["settings"])) == ("0.1.0", 16)


def test_the_question_is_understood_by_what_was_said(an: TestClient, service: FakeAssistant) -> None:
    one = begin(an, "112/KH-UBND", "Nó đến đâu?")
    _, turns, _ = service.asked[-1]
    assert [(turn.role, turn.content[:11]) for turn in turns] == [("user", "112/KH-UBND"), ("assistant", "Kế hoạch số")]
    assert turns[1].answer is not None and turns[1].answer.record is not None
    assert turns[1].answer.record.number == "112/KH-UBND"
    reply = an.post(f"{API}/{one}/ask", json={"question": "kinh phí?"}).json()
    assert (reply["conversation_id"], reply["turn"], reply["outcome"]) == (one, 5, "answered")
    assert reply["not_kept"] is None


def test_only_the_last_exchanges_are_history(an: TestClient, service: FakeAssistant) -> None:
    begin(an, *(f"báo cáo {n}" for n in range(10)), "cuối cùng?")
    _, turns, _ = service.asked[-1]
    assert (len(turns), turns[0].content) == (16, "báo cáo 2")


def test_an_answer_streams_and_is_kept_when_it_is_whole(an: TestClient) -> None:
    one = begin(an)
    reply = an.post(f"{API}/{one}/ask", json={"question": "kinh phí"}, headers={"Accept": "text/event-stream"})
    blocks = [block.split("\n") for block in reply.text.strip().split("\n\n")]
    names = [name.removeprefix("event: ") for name, _ in blocks]
    values = [json.loads(value.removeprefix("data: ")) for _, value in blocks]
    assert names == ["piece"] * (len(names) - 1) + ["answer"] and len(names) > 5
    assert "".join(values[:-1]) == values[-1]["text"]
    assert (values[-1]["conversation_id"], values[-1]["turn"]) == (one, 1)
    assert an.get(f"{API}/{one}").json()["turns"] == 2


def test_rename_search_and_delete(an: TestClient) -> None:
    begin(an, "Khi nào phải báo cáo?")
    one = begin(an, "Kinh phí thực hiện?")
    assert an.patch(f"{API}/{one}", json={"title": "  Ngân sách năm 2024 "}).json()["title"] == "Ngân sách năm 2024"
    for q, titles in [
        ("ngan sach nam", ["Ngân sách năm 2024"]), ("Sở Nội vụ", ["Khi nào phải báo cáo?"]), ("không đâu có", []),
    ]:  # fmt: skip
        assert [c["title"] for c in an.get(API, params={"q": q}).json()["conversations"]] == titles
    window = an.get(API, params={"offset": 1, "limit": 1}).json()
    assert (window["total"], [c["title"] for c in window["conversations"]]) == (2, ["Khi nào phải báo cáo?"])
    assert an.delete(f"{API}/{one}").status_code == 204
    assert an.get(f"{API}/{one}").status_code == 404
    assert an.get(API).json()["total"] == 1


def test_an_error_keeps_nothing(an: TestClient, service: FakeAssistant) -> None:
    one = begin(an)
    service.failure = RuntimeError("secret of the engine room")
    events = an.post(f"{API}/{one}/ask", json={"question": "kinh phí"}, headers={"Accept": "text/event-stream"})
    assert events.text.startswith("event: error\n") and "secret" not in events.text
    assert an.get(f"{API}/{one}").json()["exchanges"] == []


def test_an_answer_outlives_its_conversation(an: TestClient, kept_app: App, service: FakeAssistant) -> None:
    """Deleted in another tab while the answer was on its way: the answer arrives and is kept nowhere."""
    one = begin(an)
    owner = owner_of(Stranger(**dict(an.cookies)))
    assert owner is not None
    arriving = kept_app[2].stream(owner, one, "kinh phí")
    next(arriving)
    an.delete(f"{API}/{one}")
    *_, said = arriving
    assert not isinstance(said, str)
    assert (said.conversation_id, said.ordinal, said.not_kept) == (None, None, "deleted")
    assert said.answer.outcome == "answered"


def fill_up(catalogue: Catalogue, conversation: str) -> None:
    """As after its last turn but one: only the ordinals count. Its answer has no citations."""
    with catalogue.begin() as connection:
        own = (turns.c.conversation_id == conversation, turns.c.ordinal == 1)
        connection.execute(turns.update().where(*own).values(ordinal=MAX_TURNS - 2))


def test_an_answer_in_a_full_conversation_says_that_it_is_full(an: TestClient, kept_app: App) -> None:
    one = begin(an, "Xin chào")
    fill_up(kept_app[2].catalogue, one)
    reply = an.post(f"{API}/{one}/ask", json={"question": "báo cáo"}).json()
    assert (reply["outcome"], reply["conversation_id"], reply["not_kept"]) == ("answered", None, "full")


# ------------------------------------------------------------------------ errors


@pytest.mark.parametrize(
    ("method", "tail", "body", "status"),
    [
        ("GET", f"/{NOWHERE}", None, 404),
        ("DELETE", f"/{NOWHERE}", None, 404),
        ("PATCH", f"/{NOWHERE}", {"title": "x"}, 404),
        ("POST", f"/{NOWHERE}/ask", {"question": "x"}, 404),
        ("GET", "/not-a-uuid", None, 422),
        ("GET", "?limit=0", None, 422),
        ("GET", "?limit=201", None, 422),
        ("GET", "?offset=-1", None, 422),
        ("GET", f"?q={'x' * 201}", None, 422),
        ("POST", "", {"title": "x" * 201}, 422),
        ("POST", "", {"language": "fr"}, 422),
        ("PUT", "", {}, 405),
        ("GET", f"/{NOWHERE}/nothing", None, 404),
    ],
)
def test_errors_are_problems(an: TestClient, method: str, tail: str, body: Any, status: int) -> None:
    reply = an.request(method, f"{API}{tail}", json=body)
    assert (reply.status_code, reply.headers["content-type"]) == (status, PROBLEM)
    assert reply.json()["request_id"] == reply.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("method", "tail", "body"),
    [
        ("POST", "/ask", {"question": ""}),
        ("POST", "/ask", {"question": "x" * 2001}),
        ("PATCH", "", {"title": ""}),
        ("PATCH", "", {"title": "   "}),
        ("PATCH", "", {"title": "\0"}),
        ("PATCH", "", {}),
    ],
    ids=["empty question", "long question", "empty title", "blank title", "NUL alone", "no title"],
)
def test_what_cannot_be_taken_is_refused(an: TestClient, method: str, tail: str, body: Any) -> None:
    reply = an.request(method, f"{API}/{begin(an)}{tail}", json=body)
    assert (reply.status_code, reply.headers["content-type"]) == (422, PROBLEM)


def test_what_no_database_holds_is_left_out(an: TestClient) -> None:
    one = begin(an)
    assert an.post(f"{API}/{one}/ask", json={"question": "kinh phí \0?"}).status_code == 200
    assert an.get(f"{API}/{one}").json()["exchanges"][0]["question"] == "kinh phí ?"


# ------------------------------------------------------------------- whose is whose


@pytest.mark.parametrize(
    ("method", "tail", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"title": "Của tôi"}),
        ("DELETE", "", None),
        ("POST", "/ask", {"question": "kinh phí"}),
    ],
)
def test_a_foreign_id_is_as_a_missing_one(person: Callable[[], TestClient], method: str, tail: str, body: Any) -> None:
    an, binh = person(), person()
    one = begin(an, "kinh phí")
    before = an.get(f"{API}/{one}").json()
    foreign = binh.request(method, f"{API}/{one}{tail}", json=body)
    missing = binh.request(method, f"{API}/{NOWHERE}{tail}", json=body)
    assert foreign.status_code == missing.status_code == 404
    assert foreign.json() | {"request_id": ""} == missing.json() | {"request_id": ""}
    assert an.get(f"{API}/{one}").json() == before
    assert binh.get(API).json()["total"] == 0


def test_many_people_at_once_see_their_own(person: Callable[[], TestClient]) -> None:
    seen: dict[str, set[str]] = {}

    def use(name: str) -> None:
        client = person()
        one = begin(client, f"kinh phí {name}", f"báo cáo {name}")
        opened = client.get(f"{API}/{one}").json()
        seen[name] = {exchange["question"] for exchange in opened["exchanges"]} | {
            found["title"] for found in client.get(API).json()["conversations"]
        }

    threads = [threading.Thread(target=use, args=(f"n{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert seen == {f"n{n}": {f"kinh phí n{n}", f"báo cáo n{n}"} for n in range(6)}


def cookie(reply: Any) -> str:
    return str(reply.headers.get("set-cookie", ""))


def test_a_browser_gets_its_cookie_with_the_page(an: TestClient) -> None:
    first = cookie(an.get("/"))
    for part in (f"{COOKIE}=", "HttpOnly", "SameSite=Lax", "Path=/;", "Max-Age=34560000"):
        assert part in first
    assert "Secure" not in first
    # The next visit keeps who it is and only counts the days anew.
    assert cookie(an.get("/")).split(";")[0] == first.split(";")[0]


def test_over_https_the_cookie_goes_nowhere_else(kept_app: App) -> None:
    assert "Secure" in cookie(TestClient(kept_app[0], base_url="https://troly.example.vn").get("/"))


@pytest.fixture(scope="module")
def app_under_a_path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    folder = tmp_path_factory.mktemp("under_a_path")
    settings, service = Settings(data_dir=folder, root_path="/tro-ly"), FakeAssistant()
    catalogue = Catalogue(folder / "catalogue.sqlite3")
    yield create_app(service, settings, KeptConversations(service, catalogue, settings))
    catalogue.close()


@pytest.mark.parametrize("at", ["", "/tro-ly"], ids=["proxy strips the path", "proxy keeps the path"])
def test_a_person_under_a_path_is_known_by_a_cookie_of_that_path(app_under_a_path: FastAPI, at: str) -> None:
    client = TestClient(app_under_a_path)
    made = client.post(f"{at}{API}", json={}, headers={"Cookie": f"{COOKIE}=bad; other=1"})
    assert made.status_code == 201
    assert "; Path=/tro-ly/;" in cookie(made)
    theirs = cookie(made).split(";")[0]
    listed = client.get(f"{at}{API}", headers={"Cookie": f"other=1; {theirs}"}).json()
    assert [one["id"] for one in listed["conversations"]] == [made.json()["id"]]
    assert cookie(client.get(f"{at}/")).split(";")[0].startswith(f"{COOKIE}=")
    assert cookie(client.get(f"{at}/embed")) == ""


@pytest.mark.parametrize("path", ["/embed", "/widget.js", "/healthz", "/api/v1/health", "/ui/troly.css"])
def test_nothing_else_sets_a_cookie(an: TestClient, path: str) -> None:
    assert cookie(an.get(path)) == ""


def test_the_embedded_chat_keeps_nothing(an: TestClient) -> None:
    reply = an.post("/embed/ask", json={"question": "kinh phí"})
    assert reply.status_code == 200 and cookie(reply) == ""
    assert an.get(API).json()["total"] == 0


def test_the_embedded_chat_says_how_a_follow_up_was_understood(an: TestClient) -> None:
    history = [{"role": "user", "content": "112/KH-UBND"}, {"role": "assistant", "content": "…"}]
    for past, shown in ((history, True), ([], False)):
        reply = an.post("/embed/ask", json={"question": "Nó đến đâu?", "history": past})
        assert ("Hiểu câu hỏi là: Kế hoạch 112/KH-UBND đến đâu?" in reply.text) is shown


@pytest.mark.parametrize("value", ["", "short", "x" * 44, "x" * 42 + "!", "x" * 42 + "\n"])
def test_a_cookie_that_is_none_of_ours_is_nobody(value: str) -> None:
    assert owner_of(Stranger(**{COOKIE: value})) is None


def test_what_is_stored_of_a_person_opens_nothing() -> None:
    value = "x" * 43
    owner = owner_of(Stranger(**{COOKIE: value}))
    assert owner is not None and value not in owner and len(owner) <= 80


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("origin", [LISTED, "https://evil.example"])
def test_no_page_of_another_origin_reaches_conversations(an: TestClient, method: str, origin: str) -> None:
    reply = an.request(method, API, headers={"Origin": origin}, json={})
    assert reply.status_code == 403
    assert "access-control-allow-origin" not in reply.headers


def test_without_a_store_there_are_no_conversations(client: TestClient) -> None:
    assert client.get(API).status_code == 404
    assert cookie(client.get("/")) == ""


# ------------------------------------------------------- the chat's own steps, without a browser


@pytest.fixture
def kept(service: FakeAssistant, tmp_path: Any) -> Iterator[KeptConversations]:
    catalogue = Catalogue(tmp_path / "c.sqlite3")
    yield KeptConversations(service, catalogue, Settings(data_dir=tmp_path))
    catalogue.close()


@pytest.fixture
def chat(service: FakeAssistant, kept: KeptConversations) -> ChatPage:
    return ChatPage(service, Metrics(), "vi", kept)


AN = Stranger(**{COOKIE: "a" * 43})
BINH = Stranger(**{COOKIE: "b" * 43})


def ask(chat: ChatPage, question: str, talk: Talk = Talk(), who: Stranger = AN) -> Talk:  # noqa: B008 - frozen
    talk = list(chat.respond(question, talk, "vi", who))[-1][3]  # type: ignore[arg-type]
    assert isinstance(talk, Talk)
    return talk


def wish(conversation: str | None) -> Any:
    return SimpleNamespace(conversation=conversation)


def test_the_first_question_begins_a_conversation(chat: ChatPage, kept: KeptConversations) -> None:
    talk = ask(chat, "Nó đến đâu?", ask(chat, "kinh phí"))
    assert talk.id is not None
    owner = owner_of(AN)
    assert owner is not None
    assert [turn.content for turn in kept.store.turns(owner, talk.id)][::2] == ["kinh phí", "Nó đến đâu?"]


def test_how_a_follow_up_was_understood_is_shown_behind_another_question(chat: ChatPage) -> None:
    texts = load_texts("vi")
    talk = ask(chat, "kinh phí")
    assert "tl-understood" not in conversation_block(talk, texts)
    shown = conversation_block(ask(chat, "Nó đến đâu?", talk), texts)
    assert "Hiểu câu hỏi là: Kế hoạch 112/KH-UBND đến đâu?" in shown
    plain = ask(chat, "Kinh phí thực hiện?", ask(chat, "kinh phí"))
    assert "tl-understood" not in conversation_block(plain, texts)


def test_a_stored_conversation_is_shown_as_it_was(chat: ChatPage, service: FakeAssistant) -> None:
    talk = ask(chat, "112/KH-UBND", ask(chat, "kinh phí"))
    service.failure = RuntimeError("not asked again")
    view = chat.open_stored(Talk(), "vi", wish(talk.id), AN)  # type: ignore[arg-type]
    assert view[3].id == talk.id
    assert "12,5 tỷ đồng" in view[1] and "tl-card" in view[1] and MONEY.quote in view[1]
    assert view[1].count("tình trạng nêu dưới đây là của ngày đó") == 2
    # The fake's documents are in no catalogue, so their quotes are marked, and go along for the panel.
    assert "không còn trong kho" in view[1] and f'data-quote="{MONEY.quote}"' in view[1]


def test_anothers_conversation_is_not_shown(chat: ChatPage) -> None:
    talk, own = ask(chat, "kinh phí"), ask(chat, "báo cáo", who=BINH)
    for wanted in (talk.id, "../../etc", None):
        view = chat.open_stored(own, "vi", wish(wanted), BINH)  # type: ignore[arg-type]
        assert view[3] == own and "12,5" not in view[1]
        assert "Không có hội thoại này" in view[2]


def test_what_another_tab_said_is_taken_in(chat: ChatPage) -> None:
    talk = ask(chat, "kinh phí")
    ask(chat, "báo cáo", talk)
    behind = ask(chat, "112/KH-UBND", talk)
    assert [exchange.question for exchange in behind.exchanges] == ["kinh phí", "báo cáo", "112/KH-UBND"]


# What no store takes as a question; the assistant answers it all the same.
TOO_LONG_TO_KEEP = f"kinh phí {'x' * MAX_MESSAGE_CHARACTERS}"


def test_an_answer_that_was_not_kept_is_shown_and_says_so(chat: ChatPage, kept: KeptConversations) -> None:
    talk = ask(chat, TOO_LONG_TO_KEEP)
    shown = conversation_block(talk, load_texts("vi"))
    assert talk.id is None and kept.store.listed(str(owner_of(AN))) == (0, [])
    assert "12,5 tỷ đồng" in shown and shown.count("Chưa lưu được câu trả lời này vào hội thoại") == 1


def test_a_full_conversation_asks_for_another(chat: ChatPage, kept: KeptConversations) -> None:
    talk = ask(chat, "Xin chào")
    fill_up(kept.catalogue, str(talk.id))
    talk = ask(chat, "báo cáo", talk)
    assert talk.exchanges[-1].answer is not None and not talk.exchanges[-1].kept
    assert "đã đủ 500 câu hỏi" in talk.exchanges[-1].notice
    assert ask(chat, "báo cáo").id is not None


def test_a_follow_up_leans_on_an_answer_that_was_not_kept(chat: ChatPage, service: FakeAssistant) -> None:
    talk = ask(chat, "Nó đến đâu?", ask(chat, TOO_LONG_TO_KEEP))
    assert [turn.role for turn in service.asked[-1][1]] == ["user", "assistant"]
    assert talk.exchanges[-1].answer is not None
    assert talk.exchanges[-1].answer.question == "Kế hoạch 112/KH-UBND đến đâu?"
    talk = ask(chat, "báo cáo", talk)
    assert [(e.question[:8], e.kept) for e in talk.exchanges] == [
        ("kinh phí", False), ("Nó đến đ", True), ("báo cáo", True),
    ]  # fmt: skip
    assert len(service.asked[-1][1]) == 4


def test_an_answer_that_was_not_kept_stays_between_the_kept_ones(chat: ChatPage, kept: KeptConversations) -> None:
    first = ask(chat, "112/KH-UBND")
    talk = ask(chat, TOO_LONG_TO_KEEP, first)
    ask(chat, "25/KH-UBND", first)
    talk = ask(chat, "báo cáo", talk)
    assert [exchange.question[:11] for exchange in talk.exchanges] == [
        "112/KH-UBND", TOO_LONG_TO_KEEP[:11], "25/KH-UBND", "báo cáo",
    ]  # fmt: skip
    assert "Chưa lưu được câu trả lời này" in talk.exchanges[1].notice
    assert kept.store.get(str(owner_of(AN)), str(talk.id)).turns == 6


def test_a_browser_without_cookies_has_a_conversation_that_is_kept_nowhere(
    chat: ChatPage, service: FakeAssistant
) -> None:
    talk = ask(chat, "Nó đến đâu?", ask(chat, "kinh phí", who=Stranger()), who=Stranger())
    assert (len(talk.exchanges), talk.id) == (2, None)
    assert len(service.asked[-1][1]) == 2
    assert "chưa lưu" not in conversation_block(talk, load_texts("vi")).lower()


def test_the_documents_of_the_fake_are_what_they_are(an: TestClient) -> None:
    """The quote of a stored answer stands in the page that it was taken from."""
    one = begin(an, "kinh phí")
    citation = an.get(f"{API}/{one}").json()["exchanges"][0]["answer"]["citations"][0]
    assert PLAN.pages[0][citation["start"] : citation["end"]] == citation["quote"]
