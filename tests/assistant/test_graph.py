"""The relation graph: who acts on whom, in three formats, with nothing that breaks them."""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from assistant.graph import GraphFormatError, as_dot, as_mermaid, as_svg, relation_graph, write_graph
from assistant.models import Evidence, Record, RelationEntry
from assistant.service import Assistant

SVG = "{http://www.w3.org/2000/svg}"
SAID = Evidence("qd.docx", "d1", 1, "Điều 3", "Quyết định này thay thế …", 0, 20)
HOSTILE = 'a"b\\c <d> & #1 [x] {y} |z| `${q}`'


def link(relation: str, direction: str, number: str | None, name: str, key: str | None = None) -> RelationEntry:
    return RelationEntry(relation, "out" if direction == "out" else "in", number, key or number, name, SAID)


def record(number: str, day: date | None, *links: RelationEntry, kind: str = "Quyết định") -> Record:
    return Record(number, number, kind, None, None, day, None, (), None, (), (), links, 1)


DECISION = record(
    "815/QĐ-UBND",
    date(2019, 3, 12),
    link("replaces", "out", "402/QĐ-UBND", "Quyết định số 402/QĐ-UBND ngày 09/08/2016"),
    link("implemented_by", "in", "25/KH-UBND", "Kế hoạch số 25/KH-UBND ngày 22/04/2019"),
    link("approves", "out", None, "Đề án bãi xe thông minh giai đoạn 2019 - 2025 tại các quận trung tâm của Thành phố"),
)
PLAN = record(
    "25/KH-UBND",
    date(2019, 4, 22),
    link("implements", "out", "815/QĐ-UBND", "Quyết định số 815/QĐ-UBND ngày 12/03/2019"),
    link("reported_by", "in", "77/BC-SGTVT", "Báo cáo số 77/BC-SGTVT ngày 05/07/2019"),
    kind="Kế hoạch",
)


def named_edges(text: str) -> set[tuple[str, str, str]]:
    """(source, relation, target) of a Mermaid chart by the second line of each box."""
    boxes = {name: lines.split("<br>") for name, lines in re.findall(r'^  (n\d+)\["(.*)"\]$', text, re.MULTILINE)}
    shown = {name: lines[1] if len(lines) > 1 and "/" in lines[1] else lines[0] for name, lines in boxes.items()}
    return {
        (shown[source], words, shown[target])
        for source, words, target in re.findall(r'^  (n\d+) -->\|"(.*)"\| (n\d+)$', text, re.MULTILINE)
    }


def test_every_arrow_goes_from_the_document_that_acts() -> None:
    assert named_edges(as_mermaid(relation_graph(DECISION))) == {
        ("815/QĐ-UBND", "thay thế", "402/QĐ-UBND"),
        ("25/KH-UBND", "triển khai", "815/QĐ-UBND"),
        ("815/QĐ-UBND", "phê duyệt", "Đề án bãi xe thông minh"),
    }


def test_words_in_english() -> None:
    words = {relation for _, relation, _ in named_edges(as_mermaid(relation_graph(DECISION), "en"))}
    assert words == {"replaces", "implements", "approves"}


def test_a_second_step_joins_what_is_known_and_adds_what_is_not() -> None:
    records = {"Kế hoạch số 25/KH-UBND ngày 22/04/2019": PLAN}
    graph = relation_graph(DECISION, records.get)
    assert named_edges(as_mermaid(graph)) == {
        ("815/QĐ-UBND", "thay thế", "402/QĐ-UBND"),
        ("25/KH-UBND", "triển khai", "815/QĐ-UBND"),
        ("815/QĐ-UBND", "phê duyệt", "Đề án bãi xe thông minh"),
        ("77/BC-SGTVT", "báo cáo về", "25/KH-UBND"),
    }
    columns = {node.number: node.column for node in graph.nodes.values()}
    assert columns == {"815/QĐ-UBND": 0, "402/QĐ-UBND": 1, "25/KH-UBND": -1, None: 1, "77/BC-SGTVT": -2}


def test_a_mention_without_a_date_is_the_dated_one() -> None:
    twice = dataclasses.replace(
        DECISION,
        relations=(
            link("replaces", "out", "402/QĐ-UBND", "Quyết định số 402/QĐ-UBND ngày 09/08/2016"),
            link("based_on", "out", "402/QĐ-UBND", "Quyết định số 402/QĐ-UBND"),
        ),
    )
    assert named_edges(as_mermaid(relation_graph(twice))) == {("815/QĐ-UBND", "thay thế; căn cứ", "402/QĐ-UBND")}


def test_two_documents_of_one_number_stay_two() -> None:
    twins = dataclasses.replace(
        DECISION,
        relations=(
            link("based_on", "out", "25/KH-UBND", "Kế hoạch số 25/KH-UBND ngày 12/01/2018"),
            link("implemented_by", "in", "25/KH-UBND", "Kế hoạch số 25/KH-UBND ngày 22/04/2019"),
        ),
    )
    assert len(relation_graph(twins).nodes) == 3


def test_what_does_not_fit_is_counted() -> None:
    graph = relation_graph(DECISION, most=2)
    assert (len(graph.nodes), graph.left_out) == (2, 2)
    assert "và 2 văn bản khác" in as_svg(graph)
    assert "and 2 more documents" in as_svg(graph, "en")


def test_the_picture_says_in_words_what_it_shows() -> None:
    root = ElementTree.fromstring(as_svg(relation_graph(DECISION)))
    assert root.get("role") == "img"
    title, description = root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")
    assert title == root.get("aria-label") == "Quan hệ của văn bản 815/QĐ-UBND"
    assert description is not None
    assert "Quyết định 815/QĐ-UBND 12/03/2019 thay thế Quyết định 402/QĐ-UBND 09/08/2016" in description


def test_boxes_do_not_overlap() -> None:
    root = ElementTree.fromstring(
        as_svg(relation_graph(DECISION, {"Kế hoạch số 25/KH-UBND ngày 22/04/2019": PLAN}.get))
    )
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    boxes = [
        [float(box.get(side, 0)) for side in ("x", "y", "width", "height")] for box in root.findall(f"{SVG}g/{SVG}rect")
    ]
    assert len(boxes) == 5
    for at, (x, y, w, h) in enumerate(boxes):
        assert x >= 0 and x + w <= width and y >= 0 and y + h <= height
        for x2, y2, w2, h2 in boxes[at + 1 :]:
            assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y


def test_in_a_page_the_boxes_ask_for_their_document() -> None:
    picture = as_svg(relation_graph(DECISION), standalone=False)
    asked = re.findall(r'data-ask="([^"]*)"', picture)
    assert asked == ["Quyết định số 402/QĐ-UBND ngày 09/08/2016", "Kế hoạch số 25/KH-UBND ngày 22/04/2019"]
    assert "data-ask" not in as_svg(relation_graph(DECISION))


@pytest.fixture
def hostile() -> Record:
    other = link("replaces", "out", None, HOSTILE, "k")
    return dataclasses.replace(DECISION, number=HOSTILE, type=HOSTILE, title=HOSTILE, relations=(other,))


def test_hostile_names_stay_names_in_svg(hostile: Record) -> None:
    picture = as_svg(relation_graph(hostile))
    assert "${" not in picture and "{y" not in picture and "`" not in picture
    root = ElementTree.fromstring(picture)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "desc", "rect", "path", "text", "tspan", "g",
    }  # fmt: skip
    assert HOSTILE in (root.findtext(f"{SVG}title") or "")


def test_hostile_names_stay_names_in_mermaid(hostile: Record) -> None:
    boxes = re.findall(r'^  n\d+\["([^"]*)"\]$', as_mermaid(relation_graph(hostile)), re.MULTILINE)
    assert len(boxes) == 2
    decoded = re.sub(r"#(\d+);", lambda found: chr(int(found[1])), boxes[0].split("<br>")[0])
    assert decoded == HOSTILE


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz's dot is not installed")
def test_graphviz_takes_it(hostile: Record) -> None:
    for drawn in (relation_graph(hostile), relation_graph(DECISION)):
        read = subprocess.run(["dot", "-Tplain"], input=as_dot(drawn), capture_output=True, text=True, check=True)
        kinds = [line.split()[0] for line in read.stdout.splitlines()]
        assert (kinds.count("node"), kinds.count("edge")) == (len(drawn.nodes), len(drawn.edges))


@pytest.mark.parametrize(
    ("name", "start"),
    [("a.dot", "digraph"), ("a.GV", "digraph"), ("a.mmd", "flowchart LR"), ("a.md", "```mermaid\n"), ("a.svg", "<svg")],
)
def test_the_ending_chooses_the_format(tmp_path: Path, name: str, start: str) -> None:
    write_graph(tmp_path / name, relation_graph(DECISION))
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


def test_an_unknown_ending_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(GraphFormatError, match=r"a\.png.*\.svg"):
        write_graph(tmp_path / "a.png", relation_graph(DECISION))
    assert list(tmp_path.iterdir()) == []


def test_over_a_real_library(troly: Assistant) -> None:
    found = troly.status("815/QĐ-UBND").record
    assert found is not None
    edges = named_edges(as_mermaid(relation_graph(found, lambda name: troly.status(name).record)))
    assert ("815/QĐ-UBND", "thay thế", "402/QĐ-UBND") in edges
    assert ("815/QĐ-UBND", "căn cứ", "61/2018/NĐ-CP") in edges
