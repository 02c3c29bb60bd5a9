"""Links that a text states, each by its cue, and links that it does not state."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest
from factories_reading import BARE, DECISION, NOTICE, PLAN, REPORT, read

NEW, OLD = "Quyết định số 93/QĐ-UBND ngày 11/02/2019", "Quyết định số 94/QĐ-UBND ngày 12/3/2018"


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        (f"{NEW} của Ủy ban nhân dân Thành phố thay thế {OLD}.", "replaces"),
        (f"{NEW} thay thế một phần {OLD}.", "replaces"),
        (f"{NEW} về xe điện (thay thế {OLD}).", "replaces"),
        (f"{NEW} bãi bỏ {OLD}.", "abrogates"),
        (f"{NEW} về sửa đổi, bổ sung {OLD}.", "amends"),
        (f"{NEW} về điều chỉnh danh mục ban hành kèm theo {OLD}.", "amends"),
        (f"{NEW} đính chính {OLD}.", "corrects"),
        (f"{NEW} hướng dẫn thi hành {OLD}.", "guides"),
        (f"{NEW} về triển khai {OLD}.", "implements"),
        (f"{NEW} về trạm đo căn cứ {OLD}.", "based_on"),
        (f"{NEW} báo cáo kết quả thực hiện {OLD}.", "reports_on"),
        (f"{NEW} đính kèm {OLD}.", "attached_to"),
    ],
)
def test_a_cue_between_two_documents(sentence: str, kind: str) -> None:
    assert read(sentence).links() == {("93/QĐ-UBND", kind, "94/QĐ-UBND")}


@pytest.mark.parametrize(
    "sentence",
    [
        f"{OLD} đã bị thay thế bởi {NEW}.",
        f"{OLD} về bãi xe được thay thế bằng {NEW}.",
        f"{OLD} về bãi xe đã được thay thế bởi {NEW}.",
    ],
    ids=["bare", "with-subject", "with-subject-and-tense"],
)
def test_the_passive_turns_the_link_round(sentence: str) -> None:
    assert read(sentence).links() == {("93/QĐ-UBND", "replaces", "94/QĐ-UBND")}


def test_this_decision_is_the_one_named_before() -> None:
    found = read(f"{NEW} về xe điện. Quyết định này thay thế {OLD}.")
    assert found.links() == {("93/QĐ-UBND", "replaces", "94/QĐ-UBND")}


def test_the_report_itself_never_replaces() -> None:
    found = read(f"1. {NEW} (thay thế {OLD}): đang thực hiện.")
    assert found.links() == {("93/QĐ-UBND", "replaces", "94/QĐ-UBND")}
    assert read(f"Thành phố thay thế {OLD}.").links() == set()


@pytest.mark.parametrize(
    ("body", "head", "links"),
    [
        (
            "Căn cứ Nghị định số 61/2018/NĐ-CP ngày 23/4/2018 của Chính phủ;\n"
            "Theo đề nghị của Sở Giao thông vận tải tại Tờ trình số 219/TTr-SGTVT ngày 01/3/2019,",
            DECISION,
            {("this", "based_on", "61/2018/NĐ-CP"), ("this", "based_on", "219/TTr-SGTVT")},
        ),
        (
            f"Điều 2. Quyết định này có hiệu lực từ ngày ký và thay thế {OLD}.\nĐiều 3. Bãi bỏ {NEW}.",
            DECISION,
            {("this", "replaces", "94/QĐ-UBND"), ("this", "abrogates", "93/QĐ-UBND")},
        ),
        (f"Điều 1. Sửa đổi khoản 2 Điều 3 của {OLD}.", DECISION, {("this", "amends", "94/QĐ-UBND")}),
        (f"Đính chính {OLD} như sau:", NOTICE, {("this", "corrects", "94/QĐ-UBND")}),
        (f"Thực hiện {OLD}, Sở xây dựng kế hoạch như sau:", PLAN, {("this", "implements", "94/QĐ-UBND")}),
        (f"Thực hiện {OLD}, Sở báo cáo như sau:", REPORT, {("this", "reports_on", "94/QĐ-UBND")}),
        (f"Báo cáo kết quả thực hiện {OLD}", REPORT, {("this", "reports_on", "94/QĐ-UBND")}),
        (f"Điều 1. Sửa đổi, bổ sung một số nội dung tại Điều 2 {OLD}.", DECISION, {("this", "amends", "94/QĐ-UBND")}),
        (f"Theo nhiệm vụ được giao tại {OLD}, Sở báo cáo như sau:", REPORT, {("this", "reports_on", "94/QĐ-UBND")}),
        (
            f"Triển khai {OLD} (được sửa đổi, bổ sung bởi {NEW}), Sở báo cáo:",
            REPORT,
            {("this", "reports_on", "94/QĐ-UBND"), ("93/QĐ-UBND", "amends", "94/QĐ-UBND")},
        ),
        (f"Phụ lục\n(Đính kèm văn bản số: {OLD.split('số ')[1]})", BARE, {("this", "attached_to", "94/QĐ-UBND")}),
    ],
    ids=[
        "bases",
        "replaces-and-abrogates",
        "amends",
        "corrects",
        "implements",
        "reports",
        "report-title",
        "amends-in-part",
        "reports-on-a-task",
        "amended-by",
        "annex",
    ],
)
def test_the_document_itself_links(body: str, head: str, links: set[tuple[str, str, str]]) -> None:
    assert read(body, head).links() == links


@pytest.mark.parametrize(
    "sentence",
    [
        f"{NEW} và {OLD}.",
        f"{NEW}: đang thực hiện; {OLD}: đã hoàn thành.",
        f"Trợ lý phải nêu rằng {NEW} thay thế {OLD}.",
        f"Sở đã ban hành {NEW}, đang triển khai {OLD}.",
        f"Sở đã ban hành {NEW} và triển khai {OLD}.",
    ],
    ids=["side-by-side", "two-items", "order-to-the-program", "one-issued-another-under-way", "one-and-another"],
)
def test_documents_without_a_stated_link(sentence: str) -> None:
    assert read(sentence).links() == set()


def test_a_pair_shares_the_cue() -> None:
    found = read(f"Kế hoạch số 97/KH-STTTT ngày 10/4/2019 về trạm đo theo {NEW} và {OLD}.")
    assert found.links() == {("97/KH-STTTT", "based_on", "93/QĐ-UBND"), ("97/KH-STTTT", "based_on", "94/QĐ-UBND")}


def test_kinds_are_labels_of_the_list() -> None:
    lines = (files("ingest") / "status_data" / "relations.tsv").read_text(encoding="utf-8").splitlines()
    labels = {row["relation"] for row in csv.DictReader(lines, delimiter="\t")}
    from ingest import relations as module

    cues = (*module._INNER_CUES, *module._PASSIVE_CUES, *module._ACTS)
    assert {kind for kind, _ in cues} <= labels
