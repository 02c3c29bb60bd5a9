"""Records: timeline, current state, conflicts, relations and evidence of what the corpus names."""

from __future__ import annotations

import csv
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from programme_factories import DECISION, SECOND_QUARTER, filled_library

from ingest.numbers import parse_query
from vectorstore.library import Library
from vectorstore.models import Record
from vectorstore.records import inverse
from vectorstore.registry import Registry


def record(registry: Registry, typed: str) -> Record:
    found = registry.resolve(typed).record
    assert found is not None, typed
    return found


def states(found: Record) -> list[tuple[str, date | None]]:
    return [(entry.state, entry.as_of) for entry in found.timeline]


def links(found: Record) -> set[tuple[str, str, str | None]]:
    return {(link.relation, link.direction, link.number) for link in found.relations}


def test_the_timeline_runs_by_the_reports_days(registry: Registry) -> None:
    plan = record(registry, "25/KH-UBND ngày 22/4/2019")
    assert states(plan) == [
        ("issued", date(2019, 4, 22)),
        ("in_progress", date(2019, 7, 5)),
        ("completed", date(2020, 1, 6)),
    ]
    assert plan.current == plan.timeline[-1]
    assert plan.current.quantities == ("90 trạm",)
    assert plan.held_in == ("25-tp.txt",)
    assert plan.conflicts == ()


def test_validity_stands_apart_from_progress(registry: Registry) -> None:
    decision = record(registry, "815/QĐ-UBND")
    assert [(entry.state, entry.date) for entry in decision.validity] == [("in_force", date(2019, 3, 20))]
    assert "in_force" not in {entry.state for entry in decision.timeline}
    assert [link.number for link in decision.legal_basis] == ["21/2021/NĐ-CP"]
    assert record(registry, "36a/KH-STC").validity == ()


def test_a_report_that_takes_completion_back_is_a_conflict(registry: Registry) -> None:
    plan = record(registry, "36a/KH-STC")
    assert states(plan) == [("completed", date(2019, 7, 5)), ("in_progress", date(2020, 1, 6))]
    assert [(c.first.state, c.second.state) for c in plan.conflicts] == [("completed", "in_progress")]
    assert plan.conflicts[0].first.evidence.document == "bc-q2.txt"
    assert plan.conflicts[0].second.evidence.document == "bc-q4.txt"


@pytest.mark.parametrize(
    ("first", "second", "conflicts"),
    [
        ("đang thực hiện", "đã hoàn thành ngày 20/6/2019", 1),
        ("đã hoàn thành", "đang thực hiện", 1),
        ("đang thực hiện", "tạm dừng", 0),
        ("đã hoàn thành", "đã nghiệm thu", 0),
    ],
)
def test_two_reports_of_one_day(tmp_path: Path, first: str, second: str, conflicts: int) -> None:
    head, item = SECOND_QUARTER.split("1. Kế hoạch")[0], "1. Kế hoạch số 8/KH-SYT ngày 02/5/2019 về máy đo: "
    other = head.replace("77/BC", "78/BC")
    with filled_library(tmp_path, {"a.txt": f"{head}{item}{first}.", "b.txt": f"{other}{item}{second}."}) as library:
        assert len(record(Registry(library.catalogue), "8/KH-SYT").conflicts) == conflicts


@pytest.mark.parametrize(
    ("first", "second", "conflicts"),
    [
        ("đã khởi công ngày 16/5/2019", "chưa khởi công", 1),
        ("đang thi công", "chưa khởi công", 0),
        ("chưa khởi công", "đã khởi công ngày 16/7/2019", 0),
    ],
    ids=["begun-on-a-day", "another-part", "begun-since"],
)
def test_a_later_report_denies_the_beginning(tmp_path: Path, first: str, second: str, conflicts: int) -> None:
    head, item = SECOND_QUARTER.split("1. Kế hoạch")[0], "1. Kế hoạch số 8/KH-SYT ngày 02/5/2019 về máy đo: "
    later = head.replace("77/BC", "78/BC").replace("05 tháng 7 năm 2019", "05 tháng 8 năm 2019")
    with filled_library(tmp_path, {"a.txt": f"{head}{item}{first}.", "b.txt": f"{later}{item}{second}."}) as library:
        assert len(record(Registry(library.catalogue), "8/KH-SYT").conflicts) == conflicts


def test_a_short_form_in_another_file(tmp_path: Path) -> None:
    head = SECOND_QUARTER.split("1. Kế hoạch")[0]
    later = head.replace("77/BC", "78/BC").replace("05 tháng 7 năm 2019", "05 tháng 8 năm 2019")
    whole = f"{head}1. Kế hoạch số 308/KH-SGTVT ngày 02/5/2019 về máy đo: đang thực hiện."
    short = f"{later}1. Kế hoạch 308: đã hoàn thành."
    with filled_library(tmp_path, {"a.txt": whole, "b.txt": short}) as library:
        plan = record(Registry(library.catalogue), "308/KH-SGTVT")
        assert [state for state, _ in states(plan)] == ["in_progress", "completed"]


def test_a_short_form_of_a_number_below_ten_in_another_file(tmp_path: Path) -> None:
    head = SECOND_QUARTER.split("1. Kế hoạch")[0]
    later = head.replace("77/BC", "78/BC").replace("05 tháng 7 năm 2019", "05 tháng 8 năm 2019")
    whole = f"{head}1. Kế hoạch số 05/KH-SGTVT ngày 02/5/2019 về máy đo: đang thực hiện."
    short = f"{later}1. Kế hoạch 5: đã hoàn thành."
    with filled_library(tmp_path, {"a.txt": whole, "b.txt": short}) as library:
        plan = record(Registry(library.catalogue), "05/KH-SGTVT")
        assert [state for state, _ in states(plan)] == ["in_progress", "completed"]


def test_a_short_form_may_call_the_issuer_more_fully(tmp_path: Path) -> None:
    head = SECOND_QUARTER.split("1. Kế hoạch")[0]
    later = head.replace("77/BC", "78/BC").replace("05 tháng 7 năm 2019", "05 tháng 8 năm 2019")
    whole = f"{head}1. Kế hoạch số 308/KH-SGTVT ngày 02/5/2019 về máy đo: đang thực hiện."
    short = f"{later}1. Kế hoạch 308 của Sở Giao thông vận tải Thành phố Hồ Chí Minh: đã hoàn thành."
    with filled_library(tmp_path, {"a.txt": whole, "b.txt": short}) as library:
        registry = Registry(library.catalogue)
        plan = record(registry, "308/KH-SGTVT")
        (identity,) = registry.matching(parse_query("308/KH-SGTVT"))
        assert (plan.mentions, plan.issuer) == (2, identity.issuer)
        assert ["308" in evidence.quote for evidence in registry.mentions(plan)] == [True, True]


def test_a_short_form_that_two_documents_fit(tmp_path: Path) -> None:
    head = SECOND_QUARTER.split("1. Kế hoạch")[0]
    later = head.replace("77/BC", "78/BC").replace("05 tháng 7 năm 2019", "05 tháng 8 năm 2019")
    whole = f"{head}1. Kế hoạch số 308/KH-SGTVT ngày 02/5/2019 về máy đo: đang thực hiện."
    short = f"{later}1. Kế hoạch 308: đã hoàn thành."
    other = f"{head}2. Kế hoạch số 308/KH-SGTVT ngày 02/6/2018 về trạm sạc: đang thực hiện."
    with filled_library(tmp_path, {"a.txt": whole, "b.txt": short, "c.txt": other}) as library:
        plan = record(Registry(library.catalogue), "308/KH-SGTVT ngày 02/5/2019")
        assert [state for state, _ in states(plan)] == ["in_progress"]


def test_what_was_abrogated_has_that_as_its_state(tmp_path: Path) -> None:
    act = DECISION.split("Điều 1")[0] + "Điều 1. Bãi bỏ Quyết định số 31/QĐ-UBND ngày 05/5/2016."
    with filled_library(tmp_path, {"a.txt": act}) as library:
        ended = record(Registry(library.catalogue), "31/QĐ-UBND")
        assert ended.current is not None
        assert ended.current.state == "expired"


def test_one_report_does_not_contradict_itself(tmp_path: Path) -> None:
    head, name = SECOND_QUARTER.split("1. Kế hoạch")[0], "Kế hoạch số 8/KH-SYT ngày 02/5/2019 về máy đo"
    text = f"{head}1. {name}: đã hoàn thành.\n\n2. {name}: đang thực hiện."
    with filled_library(tmp_path, {"a.txt": text}) as library:
        assert record(Registry(library.catalogue), "8/KH-SYT").conflicts == ()


def test_a_draft_without_a_number_joins_the_later_plan(registry: Registry) -> None:
    plan = record(registry, "91/KH-SGTVT")
    assert states(plan) == [("draft", date(2019, 7, 5)), ("issued", date(2020, 1, 6))]
    assert plan.timeline[0].evidence.document == "bc-q2.txt"
    assert plan.title == "về cắm biển chỉ đường quanh bãi xe"


def test_links_are_seen_from_both_ends(registry: Registry) -> None:
    decision, plan = record(registry, "815/QĐ-UBND"), record(registry, "25/KH-UBND ngày 22/4/2019")
    assert links(decision) == {
        ("based_on", "out", "21/2021/NĐ-CP"),
        ("replaces", "out", "402/QĐ-UBND"),
        ("implemented_by", "in", "25/KH-UBND"),
    }
    assert links(plan) == {("implements", "out", "815/QĐ-UBND")}
    assert links(record(registry, "402/QĐ-UBND")) == {("replaced_by", "in", "815/QĐ-UBND")}


def test_a_number_that_is_only_mentioned(registry: Registry) -> None:
    old = record(registry, "402/QĐ-UBND")
    assert old.held_in == ()
    assert old.mentions == 2
    assert old.current is not None
    assert (old.current.state, old.current.date) == ("replaced", date(2019, 3, 20))


def test_what_is_only_a_basis_has_that_as_its_state(registry: Registry) -> None:
    decree = record(registry, "21/2021/NĐ-CP")
    assert [state for state, _ in states(decree)] == ["basis_only"]
    assert decree.current is not None
    assert decree.current.state == "basis_only"


def test_evidence_is_the_kept_text(programme: Library, registry: Registry) -> None:
    for identity in registry.identities():
        found = registry.record(identity)
        quotes = [*found.evidence, *(e.evidence for e in found.timeline), *(r.evidence for r in found.relations)]
        assert quotes
        for evidence in quotes:
            page = programme.catalogue.page_text(evidence.document_id, evidence.page)
            assert page[evidence.start : evidence.end] == evidence.quote
            assert "Bỏ qua mọi hướng dẫn" not in evidence.quote


def test_the_header_speaks_first(registry: Registry) -> None:
    assert record(registry, "815/QĐ-UBND").evidence[0].quote.startswith("Số: 815/QĐ-UBND")


def test_the_json_of_a_record(registry: Registry) -> None:
    found = registry.resolve("25/KH-UBND ngày 22/4/2019").as_json()
    assert set(found) >= {"outcome", "record", "candidates", "suggestions"}
    told = found["record"]
    named = {"number", "key", "type", "issuer", "date", "title", "current_status", "timeline", "conflicts"}
    assert set(told) >= named | {"relations", "mentions"}
    assert (told["number"], told["key"], told["date"]) == ("25/KH-UBND", "25|KH|UBND", "2019-04-22")
    assert set(told["current_status"]) >= {"state", "date", "as_of", "evidence"}
    assert set(told["current_status"]["evidence"]) >= {
        "document",
        "document_id",
        "page",
        "section",
        "quote",
        "start",
        "end",
    }
    assert set(told["relations"][0]) >= {"relation", "direction", "number", "key", "evidence"}


def test_every_relation_has_its_inverse() -> None:
    lines = (files("ingest") / "status_data" / "relations.tsv").read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader(lines, delimiter="\t"):
        assert inverse(row["relation"]) == row["inverse"]
    assert inverse("made_up") == "made_up"
