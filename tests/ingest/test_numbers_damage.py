"""A number keeps its key through every damage that people, converters and scanners do to it."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.number_text import fold, normalise
from ingest.numbers import find_numbers, make_key

_STATE = ("QĐ-UBND", "KH-STTTT", "KH-BCĐ", "NQ-HĐND", "BC-SKHĐT", "TTr-SNV", "HD-SGDĐT", "CT-TTg", "NQ-CP", "CTr-UBND")
_LETTERS = ("VPCP-KGVX", "UBND-KT", "STTTT-CNTT", "BTC-TCT", "UBNDTP-KT")
_NORMATIVE = ("2016/QĐ-TTg", "2020/NĐ-CP", "2013/TTLT-BTC-BXD", "2018/NQ-HĐND", "2015/QH13", "2021/NQ-UBTVQH15")
_PARTY = ("CTr/TU", "NQ/TW", "KL/TW", "QĐ/TW", "BC/VPĐU", "KH/HU")
_FRAMES = (
    "Quyết định số {}",
    "theo {} ngày 12/4/2018 của",
    "({}).",
    "căn cứ văn bản số: {}, về việc",
    "“{}”",
    "{}",
    "| {} |",
    "qd so {}",
)

sequences = st.builds(
    lambda digits, letter: f"{digits:02d}{letter}", st.integers(1, 9999), st.sampled_from(["", "", "", "a", "b"])
)
numbers = st.one_of(
    st.builds("{}/{}".format, sequences, st.sampled_from(_STATE + _LETTERS + _NORMATIVE)),
    st.builds("{}-{}".format, sequences, st.sampled_from(_PARTY)),
)
frames = st.sampled_from(_FRAMES)


def _plain(text: str) -> str:
    bare = text.translate(str.maketrans("Đđ", "Dd"))
    return "".join(c for c in unicodedata.normalize("NFD", bare) if not unicodedata.combining(c))


def _broken(number: str) -> str:
    at = max(match.end() for match in re.finditer("[-/]", number))
    return f"{number[:at]}\n{number[at:]}"


DAMAGES: dict[str, Callable[[str], str]] = {
    "none": lambda number: number,
    "no diacritics": _plain,
    "small letters": str.lower,
    "small letters, no diacritics": lambda number: _plain(number).lower(),
    "eth": lambda number: number.replace("Đ", "Ð"),
    "African D": lambda number: number.replace("Đ", "Ɖ"),
    "decomposed": lambda number: unicodedata.normalize("NFD", number),
    "spaces": lambda number: re.sub("([-/])", r" \1 ", number),
    "no-break spaces": lambda number: re.sub("([-/])", "\u00a0\\1\u00a0", number),
    "space before the slash": lambda number: number.replace("/", " /", 1),
    "zero-width spaces": "\u200b".join,
    "soft hyphens": lambda number: number.replace("-", "\u00ad-"),
    "en dashes": lambda number: number.replace("-", "–"),
    "minus signs": lambda number: number.replace("-", "−"),
    "double hyphens": lambda number: number.replace("-", "--"),
    "full-width slashes": lambda number: number.replace("/", "／"),
    "division slashes": lambda number: number.replace("/", "∕"),
    "Markdown escapes": lambda number: re.sub("([-/])", r"\\\1", number),
    "Cyrillic capitals": lambda number: number.replace("B", "В").replace("H", "Н"),
    "line break": _broken,
    "superfluous zero": lambda number: f"0{number}",
    "doubled Đ": lambda number: number.replace("QĐ", "QĐÐ"),
    "O for Q": lambda number: number.replace("QĐ", "OĐ"),
    "UBNĐ": lambda number: number.replace("UBND", "UBNĐ"),
    "lost Đ": lambda number: re.sub("(Q|N)Đ", r"\1", number),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(number=numbers, frame=frames)
def test_damage_leaves_the_key(damage: Callable[[str], str], number: str, frame: str) -> None:
    damaged = damage(number)
    text = frame.format(damaged)
    found = find_numbers(text)
    assert [mention.key for mention in found] == [make_key(number)]
    assert _squeezed(found[0].surface) == _squeezed(damaged)


def _squeezed(text: str) -> str:
    return re.sub("[\\s\u200b\u00ad]", "", text)


@settings(max_examples=60, deadline=None)
@given(number=numbers)
def test_spread_glyphs(number: str) -> None:
    (mention,) = find_numbers(f"Số: {' '.join(number)} ngày 12/4/2018")
    assert mention.key == make_key(number)


@settings(max_examples=60, deadline=None)
@given(sequence=st.integers(100, 9999), code=st.sampled_from(_STATE + _LETTERS))
def test_file_names_and_slugs(sequence: int, code: str) -> None:
    key = make_key(f"{sequence}/{code}")
    underscored = re.sub("[-/]", "_", f"{sequence}/{code}")
    assert [m.key for m in find_numbers(f"{underscored}.pdf")] == [key]
    slug = _plain(f"{sequence}-{code}").lower()
    assert [m.key for m in find_numbers(f"/van-ban/{slug}.html")] == [key]


@settings(max_examples=60, deadline=None)
@given(sequence=st.integers(100, 9999), code=st.sampled_from(_STATE))
def test_letters_that_a_scanner_read_for_digits_and_slashes(sequence: int, code: str) -> None:
    key = make_key(f"{sequence}/{code}")
    for digit, letter in (("0", "O"), ("1", "l")):
        damaged = str(sequence)[0] + str(sequence)[1:].replace(digit, letter)
        (mention,) = find_numbers(f"Kế hoạch số {damaged}/{code}")
        assert mention.key == key
        assert mention.repaired == (damaged != str(sequence))
    (mention,) = find_numbers(f"Kế hoạch số {sequence}I{code}")
    assert (mention.key, mention.repaired) == (key, True)


@settings(max_examples=60, deadline=None)
@given(first=st.lists(st.integers(10, 9999), min_size=1, max_size=6, unique=True), last=numbers)
def test_lists_share_the_last_code(first: list[int], last: str) -> None:
    text = f"các văn bản số {', '.join(map(str, first))} và {last} ngày 12/4/2018"
    sequence = re.match(r"\d+[ab]?", last)
    assert sequence is not None
    keys = [make_key(f"{n}{last[sequence.end() :]}") for n in first]
    assert [mention.key for mention in find_numbers(text)] == [*keys, make_key(last)]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789OoIl/-–_ \n.,:|\\QĐDUBNKHqđubndsốSố…\u0301\u200b\u00ad(", max_size=80))
def test_any_text_gives_exact_ordered_spans(text: str) -> None:
    found = find_numbers(text)
    for mention in found:
        assert mention.span.of(text) == mention.surface
        assert mention.surface
    for before, after in itertools.pairwise(found):
        assert before.span.end <= after.span.start


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_offsets_lead_back(text: str, one: int, other: int) -> None:
    normal = normalise(text)
    start, end = sorted((min(one, len(normal.text)), min(other, len(normal.text))))
    span = normal.offsets.span(start, end)
    assert 0 <= span.start <= span.end <= len(text)
    again = normalise(normal.text)
    assert fold(again.text) == fold(normal.text) or "\\" in text


@pytest.mark.parametrize("piece", ["1", "/", " ", "QĐ-", "1, ", "1/", "số ", "1/QĐ-", "số /QĐ-", "Q Đ - ", "a\u0301"])
def test_time_grows_with_length_alone(piece: str) -> None:
    """Ten times the text may take at most forty times as long: room for a busy machine, none for a square."""
    spent = []
    for size in (20_000, 200_000):
        text = piece * (size // len(piece))
        tries = []
        for _ in range(3):
            began = process_time()
            find_numbers(text)
            tries.append(process_time() - began)
        spent.append(min(tries))
    assert spent[1] < max(40 * spent[0], 2.0)
