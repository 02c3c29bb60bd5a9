"""The contract of jobs and feedback, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from vectorstore.catalogue import Catalogue
from vectorstore.errors import RepeatedKeyError
from vectorstore.feedback import FeedbackStore, GivenFeedback
from vectorstore.jobs import JobStore


class Ticking:
    """A clock that moves on by a minute with every look at it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def jobs(catalogue: Catalogue, clock: Ticking) -> JobStore:
    return JobStore(catalogue, clock)


def test_jobs_are_taken_in_their_order(jobs: JobStore) -> None:
    first, _ = jobs.add("upload", "an", [{"name": "a.txt"}], "1")
    second, _ = jobs.add("remove", "an", [{}], "", None, "d1")
    taken = [jobs.take(), jobs.take(), jobs.take()]
    assert [job and (job.id, job.state) for job in taken] == [(first.id, "running"), (second.id, "running"), None]


def test_a_job_goes_from_queued_to_done_and_forgets_its_files(jobs: JobStore) -> None:
    job, new = jobs.add("upload", "an", [{"name": "a.txt"}, {"name": "b.txt"}], "1")
    assert new and (job.state, job.total, job.done) == ("queued", 2, 0)
    jobs.take()
    jobs.change(job.id, done=0.5, place="a.txt")
    assert (jobs.get(job.id) or job).as_json()["progress"] == {"done": 0.5, "total": 2, "file": "a.txt"}
    jobs.finish(job.id, [{"file": "a.txt", "status": "indexed"}, {"file": "b.txt", "status": "failed"}])
    ended = jobs.get(job.id)
    assert ended and (ended.state, ended.files, ended.place, ended.done) == ("done", (), "", 2)
    assert [report["status"] for report in ended.reports] == ["indexed", "failed"]


def test_a_key_belongs_to_one_owner_and_one_request(jobs: JobStore) -> None:
    first, _ = jobs.add("upload", "an", [], "1", "key")
    assert jobs.add("upload", "an", [], "1", "key") == (first, False)
    assert jobs.add("upload", "binh", [], "1", "key")[1]
    assert jobs.add("upload", "an", [], "1")[1] and jobs.add("upload", "an", [], "1")[1]
    with pytest.raises(RepeatedKeyError):
        jobs.add("upload", "an", [], "2", "key")


def test_running_jobs_that_nobody_works_on_wait_again(jobs: JobStore) -> None:
    job, _ = jobs.add("upload", "an", [], "1")
    jobs.take()
    jobs.put_back()
    assert [held and held.state for held in (jobs.get(job.id), jobs.take())] == ["queued", "running"]


def test_finished_jobs_go_after_thirty_days(jobs: JobStore, clock: Ticking) -> None:
    old, _ = jobs.add("upload", "an", [], "1", "key")
    waiting, _ = jobs.add("upload", "an", [], "1")
    jobs.finish(old.id, [])
    clock.now += timedelta(days=31)
    jobs.add("upload", "an", [], "2", "key")
    assert jobs.get(old.id) is None and jobs.get(waiting.id) is not None


def test_what_is_said_of_a_removed_document_is_forgotten(jobs: JobStore) -> None:
    job, _ = jobs.add("upload", "an", [], "1")
    removal, _ = jobs.add("remove", "an", [{}], "", None, "d1")
    for one in (job, removal):
        jobs.finish(one.id, [{"file": "a.txt", "document_id": "d1"}, {"file": "b.txt", "document_id": "d2"}])
    assert jobs.forget(["d1"], []) is True
    assert jobs.forget(["d1"], []) is False
    held = [jobs.get(one.id) for one in (job, removal)]
    assert [one and [report["file"] for report in one.reports] for one in held] == [["b.txt"], ["b.txt"]]
    assert [one and one.document_id for one in held] == [None, None]


def test_the_list_has_the_latest_first_and_pages(jobs: JobStore) -> None:
    made = [jobs.add("upload", "an", [], str(number))[0].id for number in range(5)]
    total, first = jobs.listed(limit=3)
    _, rest = jobs.listed((first[-1].created_at, first[-1].id), limit=3)
    assert (total, [job.id for job in [*first, *rest]]) == (5, made[::-1])


def given(**fields: object) -> GivenFeedback:
    """Feedback on an answer with one citation."""
    values = {
        "owner": "an", "rating": "up", "reason": "", "question": "Kinh phí?", "standalone": "Kinh phí của kế hoạch?",
        "answer": "12,5 tỷ đồng [1].", "outcome": "answered", "mode": "extractive", "language": "vi",
        "citations": ({"key": "112|KH|UBND", "quote": "Kinh phí là 12,5 tỷ đồng."},), "stored": True,
        "version": "0.1.0", "settings": "abc",
    }  # fmt: skip
    return GivenFeedback(**(values | fields))  # type: ignore[arg-type]


def test_feedback_comes_back_as_it_was_without_its_owner(catalogue: Catalogue, clock: Ticking) -> None:
    store = FeedbackStore(catalogue, clock)
    kept = store.add(given(reason="đúng"))
    (found,) = store.everything()
    assert (found.id, found.given.reason, found.given.owner) == (kept.id, "đúng", "an")
    assert list(found.given.citations) == list(given().citations)
    assert "owner" not in found.as_json() and found.as_json()["question"] == "Kinh phí?"


def test_feedback_is_listed_the_latest_first_by_thumb(catalogue: Catalogue, clock: Ticking) -> None:
    store = FeedbackStore(catalogue, clock)
    ups = [store.add(given()).id for _ in range(3)]
    (down,) = [store.add(given(rating="down")).id]
    total, first = store.listed("up", limit=2)
    _, rest = store.listed("up", (first[-1].given_at, first[-1].id), limit=2)
    assert (total, [kept.id for kept in [*first, *rest]]) == (3, ups[::-1])
    assert [kept.id for kept in store.listed("down")[1]] == [down]


def test_feedback_takes_what_a_database_refuses(catalogue: Catalogue) -> None:
    store = FeedbackStore(catalogue)
    store.add(given(reason="a\0b"))
    assert [kept.given.reason for kept in store.everything()] == ["ab"]
