"""Conversations kept over a real library: documents change and go, the old answers stay and can be audited."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from city_programme import DOCUMENTS

from assistant import cli
from assistant.config import Settings
from assistant.kept_conversations import KeptConversations, Said
from assistant.models import Answer, Language, Turn
from assistant.service import Assistant
from vectorstore.errors import UnknownConversationError
from vectorstore.library import Library

PLAN, DECISION = "ke-hoach/25-tp.txt", "quyet-dinh/815.txt"
QUESTION = "Kế hoạch 25/KH-UBND ngày 22/04/2019 có bao nhiêu cảm biến?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (PLAN, DECISION):
        path = tmp_path / "van-ban" / name
        path.parent.mkdir(parents=True)
        path.write_text(DOCUMENTS[name], encoding="utf-8")
    return tmp_path / "van-ban"


@pytest.fixture
def library(tmp_path: Path, folder: Path) -> Iterator[Library]:
    with Library(tmp_path / "data") as opened:
        opened.ingest([folder])
        yield opened


@pytest.fixture
def kept(library: Library, tmp_path: Path) -> KeptConversations:
    return KeptConversations(Assistant(library), library.catalogue, Settings(data_dir=tmp_path / "data"))


@pytest.fixture
def said(kept: KeptConversations) -> Said:
    return kept.ask("an", None, QUESTION)


def states(kept: KeptConversations, said: Said) -> set[tuple[str, bool]]:
    assert said.conversation_id is not None
    (exchange,) = kept.opened("an", said.conversation_id).exchanges
    assert exchange.answer.text == said.answer.text and exchange.answer.citations == said.answer.citations
    return {(found.state, found.quote_stands) for found in exchange.audited}


def test_an_answer_is_kept_as_it_was_given(kept: KeptConversations, said: Said) -> None:
    assert said.answer.outcome == "answered" and said.answer.citations
    (exchange,) = kept.opened("an", said.conversation_id or "").exchanges
    assert exchange.question == QUESTION
    assert exchange.answer == said.answer
    assert exchange.version == "0.1.0" and len(exchange.settings) == 16


class Interrupted:
    """A model that broke off, of whose words two lines could not be verified: what can come with an answer."""

    answer = Answer("answered", "Đã lắp 90 cảm biến.", (), "extractive", "vi", removed=2, fallback="interrupted")

    def stream(
        self, question: str, history: Sequence[Turn] = (), language: Language | None = None
    ) -> Iterator[str | Answer]:
        yield self.answer


def test_what_became_of_a_models_words_is_kept(library: Library, tmp_path: Path) -> None:
    kept = KeptConversations(Interrupted(), library.catalogue, Settings(data_dir=tmp_path / "data"))
    said = kept.ask("an", None, QUESTION)
    (exchange,) = kept.opened("an", said.conversation_id or "").exchanges
    assert exchange.answer == Interrupted.answer
    (turn,) = [turn for turn in kept.history("an", said.conversation_id or "") if turn.answer]
    assert turn.answer == Interrupted.answer


def test_a_follow_up_is_understood_by_what_is_kept(kept: KeptConversations, said: Said) -> None:
    again = kept.ask("an", said.conversation_id, "ban hành ngày nào?")
    assert again.answer.question == "ban hành ngày nào — Kế hoạch 25/KH-UBND ngày 22/04/2019?"
    assert "22/04/2019" in again.answer.text
    assert (again.conversation_id, again.ordinal) == (said.conversation_id, 3)
    with pytest.raises(UnknownConversationError):
        kept.ask("binh", said.conversation_id, "ban hành ngày nào?")


def test_nothing_has_changed(kept: KeptConversations, said: Said) -> None:
    assert states(kept, said) == {("unchanged", True)}


def test_a_document_was_replaced(kept: KeptConversations, said: Said, library: Library, folder: Path) -> None:
    (folder / PLAN).write_text(DOCUMENTS[PLAN].replace("90 cảm biến", "120 cảm biến"), encoding="utf-8")
    library.ingest([folder])
    assert states(kept, said) == {("changed", False)}


@pytest.mark.parametrize(
    ("first", "again"), [("ke-hoach", "."), (".", "ke-hoach")], ids=["from the folder above", "from the folder below"]
)
def test_a_document_was_replaced_from_another_folder(
    kept: KeptConversations, library: Library, folder: Path, first: str, again: str
) -> None:
    for document in library.catalogue.documents():
        library.remove(document.id)
    library.ingest([folder / first])
    said = kept.ask("an", None, QUESTION)
    (folder / PLAN).write_text(DOCUMENTS[PLAN].replace("90 cảm biến", "120 cảm biến"), encoding="utf-8")
    library.ingest([folder / again])
    assert states(kept, said) == {("changed", False)}


def test_a_document_was_taken_out(kept: KeptConversations, said: Said, library: Library) -> None:
    for document in library.catalogue.documents():
        library.remove(document.id)
    assert states(kept, said) == {("gone", False)}
    # The quote stays although nothing of the document does.
    (exchange,) = kept.opened("an", said.conversation_id or "").exchanges
    assert any("90 cảm biến" in citation.evidence.quote for citation in exchange.answer.citations)


def test_a_piece_comes_before_the_whole(kept: KeptConversations) -> None:
    *pieces, whole = kept.stream("an", None, QUESTION)
    assert isinstance(whole, Said) and isinstance(whole.answer, Answer)
    assert "".join(map(str, pieces)) == whole.answer.text


def test_settings_that_shape_no_answer_leave_no_trace(tmp_path: Path) -> None:
    here = Settings(data_dir=tmp_path)
    elsewhere = Settings(data_dir=tmp_path / "x", port=1, database_url="postgresql://u:secret@h/d", log_level="DEBUG")
    assert here.fingerprint == elsewhere.fingerprint != Settings(embedder="other").fingerprint


# ------------------------------------------------------------------ the command line


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., str]:
    """Runs `troly conversations …` over the data folder; gives what it printed."""

    def command(*words: str, code: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["troly", "conversations", *words, "--data", str(tmp_path / "data")])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        printed = capsys.readouterr()
        assert int(stopped.value.code or 0) == code, printed.err
        return printed.out + printed.err

    return command


def test_list(run: Callable[..., str], said: Said) -> None:
    assert QUESTION in run("list")
    row = json.loads(run("list", "--json"))
    assert (row["owner"], row["id"], row["turns"]) == ("an", said.conversation_id, 2)


def test_export(run: Callable[..., str], said: Said, tmp_path: Path) -> None:
    printed = json.loads(run("export"))
    (exchange,) = printed["exchanges"]
    assert (printed["title"], exchange["question"]) == (QUESTION, QUESTION)
    assert exchange["answer"]["text"] == said.answer.text
    assert {citation["state"] for citation in exchange["answer"]["citations"]} == {"unchanged"}
    run("export", "--out", str(tmp_path / "out.jsonl"))
    assert json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8")) == printed


def test_purge(run: Callable[..., str], said: Said, library: Library) -> None:
    assert "0 hội thoại" in run("purge", "--days", "1")
    assert "1 hội thoại" in run("purge", "--days", "0")
    assert run("list") == ""
    # The documents have nothing to do with it.
    assert len(library.catalogue.documents()) == 2


def test_purge_says_how_long(run: Callable[..., str], library: Library) -> None:
    assert "--days" in run("purge", code=2)
    assert "--days" in run("purge", "--days", "-1", code=2)
    assert "--days" in run("purge", "--days", "99999999", code=2)
    assert "0 hội thoại" in run("purge", "--days", "36500")
