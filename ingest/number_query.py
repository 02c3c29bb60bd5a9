"""What a person typed to look a document up, taken apart as far as it goes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from ingest.dates import find_in_normalised
from ingest.models import NumberMention
from ingest.number_mentions import find_numbers
from ingest.number_tables import known_type, spelled_type_words, types_by_fold
from ingest.number_text import fold, normalise


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """The parts of a typed number; None where the person gave none."""

    sequence: str | None = None
    """Digits with the letter, without leading zeros: `1009`, `36a`."""
    type: str | None = None
    """Abbreviation of `doc_types.tsv`; for "công văn" `CV`."""
    type_exact: bool = True
    """False where the type was typed without its Vietnamese letters (`qd`), so that it may stand for others."""
    issuer: str | None = None
    """Issuer's code with its units."""
    year: int | None = None
    date: date | None = None
    issuer_words: str | None = None
    """Who issued it, in words as typed: `UBND Quận 3`."""
    canonical: str | None = None
    key: str | None = None


_ISSUER_WORDS = re.compile(r"(?:\bc(?:ủ|u)a\b|\bdo\b(?=.*ban hành)|\bby\b|\bof\b)\s+(?P<who>[^,;?!()]+)", re.IGNORECASE)
_PLACE_BEHIND = re.compile(
    r"[\s,]+(?P<who>(?:(?:UBND|Ủy ban nhân dân)\s+)?(?:thành phố|thanh pho|TP|tỉnh|tinh|quận|quan|huyện|huyen|thị xã"
    r"|phường|xã)(?!\w)[^,;?!()]*)",
    re.IGNORECASE,
)
"""`25/KH-UBND quận 3`: the place right behind the number."""
_WHO_ENDS = re.compile(
    r"\s+(?:ng[àa]y|n[ăa]m\s+\d+|ban hành|ban hanh|về|ve|là|la|dated|issued|hay|và|đã|thì|có|nói|quy định)\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_GLUED_TYPE = re.compile(
    r"(?<![^\W_])(QĐ|QD|KH|NQ|NĐ|ND|TB|BC|CV|TTr|CT|TT|HD)([0-9]{2,6}[a-eđ]?)(?![^\W_])", re.IGNORECASE
)
_TYPED_SEQUENCE = re.compile(r"(?<![\w.,/-])(?P<seq>[0-9]{1,6}[a-eđ]?)(?![\w]|[.,][0-9])", re.IGNORECASE)
_TYPE_BEHIND = re.compile(r"\s?[/ _-]\s?(?P<type>[^\W\d_]{1,5})(?![^\W_])")
_YEAR_BEHIND = re.compile(r"\s?/\s?(?P<year>(?:19|20)\d\d)(?![0-9])")


def parse_query(text: str) -> TypedNumber:
    """Take apart a typed number: `1009`, `kế hoạch 1009`, `1009/KH`, `1009 năm 2018`, `25/KH-UBND của UBND Quận 3`."""
    text = _GLUED_TYPE.sub(r"\1 \2", text)
    mentions = find_numbers(text)
    complete = next((mention for mention in mentions if mention.key), None)
    mention = complete or next(iter(mentions), None)
    plain = normalise(text).text
    year, day = _when(plain)
    words = _issuer_words(text, mention)
    if mention is not None:
        return TypedNumber(
            _bare(mention.number),
            mention.type,
            mention.diacritics and _exact_type(text, mention.type),
            mention.issuer,
            mention.year or year,
            mention.date or day,
            words,
            mention.canonical,
            mention.key,
        )
    return _bare_number(text, plain, year, day, words)


def _bare(sequence: str) -> str | None:
    return sequence.lstrip("0").lower() or None


def _when(plain: str) -> tuple[int | None, date | None]:
    dates = find_in_normalised(plain)
    day = next((found.date for found in dates if found.date), None)
    year = next((found.year for found in dates if found.year), None)
    if year is None:
        loose = re.search(r"(?<=[\s,])((?:19|20)\d\d)\s*$", plain)
        year = int(loose[1]) if loose else None
    return year, day


def _issuer_words(text: str, mention: NumberMention | None) -> str | None:
    start = mention.span.end if mention else 0
    match = _ISSUER_WORDS.search(text, start) or (_PLACE_BEHIND.match(text, start) if mention else None)
    if not match:
        return None
    return _WHO_ENDS.sub("", match["who"]).strip(" .") or None


def _exact_type(text: str, abbr: str | None) -> bool:
    """Whether the type's Vietnamese letters were typed, in the abbreviation or in its word."""
    if abbr is None or len(types_by_fold().get(fold(abbr), ())) < 2:
        return True
    return "Đ" in normalise(text).text.upper() or not text.isascii()


def _bare_number(text: str, plain: str, year: int | None, day: date | None, words: str | None) -> TypedNumber:
    """No mention: a number alone, or with a type behind it."""
    dates = find_in_normalised(plain)
    for match in _TYPED_SEQUENCE.finditer(plain):
        if any(found.span.start <= match.start() < found.span.end for found in dates):
            continue
        behind = _TYPE_BEHIND.match(plain, match.end())
        written = _YEAR_BEHIND.match(plain, match.end())
        if written:
            year = int(written["year"])
            behind = _TYPE_BEHIND.match(plain, written.end()) or behind
        abbr = known_type(behind["type"]) if behind else None
        exact = abbr is None or behind is None or _exact_type(behind["type"], abbr)
        if abbr is None:
            abbr, exact = _named_type(text)
        return TypedNumber(_bare(match["seq"]), abbr, exact, None, year, day, words)
    abbr, exact = _named_type(text)
    return TypedNumber(None, abbr, exact, None, year, day, words)


def _named_type(text: str) -> tuple[str | None, bool]:
    """The type that a spelled word anywhere in the text names."""
    words = re.findall(r"[^\W\d_]+", fold(normalise(text).text))
    folded = f" {' '.join(words)} "
    spelled = spelled_type_words()
    for word in sorted(spelled, key=len, reverse=True):
        if f" {word} " in folded:
            return spelled[word].abbr, _exact_type(text, spelled[word].abbr)
    return None, True
