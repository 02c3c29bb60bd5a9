"""Where a sentence ends, and where a full stop ends none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.normalize import normalize
from ingest.readers import reader_for
from ingest.sentences import split_sentences


@pytest.mark.parametrize(
    "sentences",
    [
        pytest.param(["Kế hoạch đã hoàn tất.", "Sở Y tế báo cáo."], id="plain"),
        pytest.param(["1. Mục tiêu.", "Hoàn thành."], id="list mark"),
        pytest.param(["a) Sở Y tế.", "b) Sở Xây dựng."], id="points in a row"),
        pytest.param(["Điều 2. Quyết định này có hiệu lực.", "Giao Sở Y tế."], id="article"),
        pytest.param(["II.1. Tiến độ."], id="decimal mark"),
        pytest.param(["tại TP. HCM (SOC).", "Sở TTTT đã làm."], id="city"),
        pytest.param(["PGS. TS. Nguyễn Văn B. Minh trình bày."], id="titles and initials"),
        pytest.param(["KT. GIÁM ĐỐC"], id="capacity"),
        pytest.param(["hơn 3.073.000 văn bản; đạt 39,3%.", "Đến nay xong./."], id="figures"),
        pytest.param(["tin nhắn (SMS), ứng dụng di động,....", "Triển khai mở rộng."], id="ellipsis"),
        pytest.param(["trong quý I.", "Sở tiếp tục thực hiện."], id="counted quarter"),
        pytest.param(["năm 2018.", "25 điểm đã lắp đặt."], id="figure begins"),
        pytest.param(["“Nội dung một.”", "Sở B thực hiện."], id="closing quote"),
        pytest.param(["các sở, ngành v.v.", "Các quận báo cáo."], id="et cetera"),
        pytest.param(["Quyết định số 1819/QĐ-TTg.", "Sở Y tế thực hiện."], id="number at the end"),
        pytest.param(["đạt 20% khối lượng. nhưng chậm"], id="small letter goes on"),
        pytest.param(["Có hoàn thành không?", "Chưa!", "Sẽ xong."], id="other signs"),
    ],
)
def test_split(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [span.of(text) for span in split_sentences(text)] == sentences


def test_no_sentence_crosses_a_line() -> None:
    text = "Nơi nhận:\n- Như trên;\n\nGIÁM ĐỐC"
    assert [span.of(text) for span in split_sentences(text)] == ["Nơi nhận:", "- Như trên;", "GIÁM ĐỐC"]


@given(st.text(st.sampled_from("abĐÁ1 .!?…\n()“”/:;-"), max_size=200))
def test_sentences_cover_all_but_spaces(text: str) -> None:
    spans = split_sentences(text)
    end = 0
    for span in spans:
        assert text[end : span.start].strip() == ""
        assert "\n" not in span.of(text)
        assert span.of(text).strip() == span.of(text) != ""
        end = span.end
    assert text[end:].strip() == ""


def test_every_gold_sentence_of_the_seed_is_one_of_ours(shared: Path) -> None:
    text = normalize(reader_for("txt")(shared / "seed" / "phu-luc-3-bao-cao-5880.txt")).text
    ours = {span.of(text) for span in split_sentences(text)}
    lines = (shared / "gold" / "seed_gold.jsonl").read_text(encoding="utf-8").splitlines()
    gold = {" ".join(mention["sentence"].split()) for line in lines for mention in json.loads(line)["mentions"]}
    assert gold - ours == set()
