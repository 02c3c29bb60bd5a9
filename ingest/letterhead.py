"""Names of issuing bodies as letterheads print them: in capitals, over several lines, the parent above."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Sequence

from ingest.folding import fold_words
from ingest.number_tables import issuers

_BODY_HEADS = (
    "ỦY BAN|UỶ BAN|HỘI ĐỒNG|QUỐC HỘI|CHÍNH PHỦ|THỦ TƯỚNG|CHỦ TỊCH|BỘ|SỞ|VĂN PHÒNG|BAN|THÀNH ỦY|THÀNH UỶ"
    "|TỈNH ỦY|TỈNH UỶ"
    "|QUẬN ỦY|QUẬN UỶ|HUYỆN ỦY|HUYỆN UỶ|THỊ ỦY|ĐẢNG ỦY|ĐẢNG UỶ|ĐẢNG BỘ|CHI BỘ|CHI ỦY|TỔNG CỤC|CHI CỤC|CỤC|VỤ"
    "|VIỆN|THANH TRA"
    "|NGÂN HÀNG|KHO BẠC|BẢO HIỂM XÃ HỘI|TÒA ÁN|TOÀ ÁN|KIỂM TOÁN|CÔNG AN|TRUNG TÂM|PHÒNG|TỔNG CÔNG TY|TẬP ĐOÀN|CÔNG TY"
    "|TRƯỜNG|ĐẠI HỌC|BỆNH VIỆN|HỌC VIỆN|LIÊN MINH|LIÊN ĐOÀN|HỘI|ĐOÀN|MẶT TRẬN|TỔ|HỢP TÁC XÃ|QUỸ|BÁO|ĐÀI"
    "|NHÀ XUẤT BẢN|CẢNG VỤ|UBND|HĐND"
)
BODY_HEAD = re.compile(rf"(?:{_BODY_HEADS})(?!\w)")
"""What the first line of a body's name in capitals begins with."""
_PLACE_HEAD = re.compile(r"(?:TỈNH|THÀNH PHỐ|TP\.?|QUẬN|HUYỆN|THỊ XÃ|THỊ TRẤN|PHƯỜNG|XÃ|ĐẶC KHU)(?!\w)")
_PEOPLES = re.compile(r"(?:ỦY|UỶ) BAN NHÂN DÂN|HỘI ĐỒNG NHÂN DÂN|UBND|HĐND")
_PARTY_COMMITTEE = re.compile(r"(?:THÀNH|TỈNH|QUẬN|HUYỆN|THỊ|ĐẢNG) (?:ỦY|UỶ|BỘ)(?!\w)")
_UNIT_OF_PLACE = re.compile(
    r"(?:SỞ|VĂN PHÒNG|PHÒNG|BAN|THANH TRA|CÔNG AN|TRUNG TÂM|TRƯỜNG|BỆNH VIỆN|HỘI|CHI CỤC)(?!\w)"
)
_OPEN_END = re.compile(r"(?:[-–,]|(?<!\w)(?:VÀ|CỦA|CHO|CÁC|VỀ))$")
_JOINED_START = re.compile(r"(?:VÀ|CỦA|[-–])(?!\w)")
_RANKS = "tỉnh|thành phố|quận|huyện|thị xã|thị trấn|phường|xã|đặc khu"
_UNIT_HEADS = (
    "sở",
    "bộ",
    "phòng",
    "cục",
    "vụ",
    "viện",
    "ban",
    "ban quản lý",
    "ban chỉ đạo",
    "trung tâm",
    "chi cục",
    "tổng cục",
    "công ty",
    "tổng công ty",
    "tập đoàn",
    "trường",
    "học viện",
    "bệnh viện",
    "thanh tra",
)
"""What a unit's own name stands behind, with a capital letter."""
_SMALL = frozenset(["và", "của", "các", "cho", "về", "trong", "với"])


def join_lines(lines: Sequence[str]) -> list[str]:
    """The bodies that lines in capitals name: a line that begins no body goes on with the one above."""
    bodies: list[str] = []
    for line in lines:
        goes_on = bool(bodies) and (
            _OPEN_END.search(bodies[-1])
            or _JOINED_START.match(line)
            or not BODY_HEAD.match(line)
            or _awaits_place(bodies[-1], line)
        )
        if goes_on:
            bodies[-1] = f"{bodies[-1]} {line}"
        elif BODY_HEAD.match(line):
            bodies.append(line)
    return [body.strip(" -–") for body in bodies]


def _awaits_place(body: str, line: str) -> bool:
    return bool(_PEOPLES.fullmatch(body) and _PLACE_HEAD.match(line))


def issuer_of(bodies: Sequence[str], text: str) -> str | None:
    """The issuing body in its proper spelling: the lowest of the letterhead, with its place where the parent tells it.

    Nghị định 30/2020/NĐ-CP, Appendix I, II.2: the parent's name stands above the issuer's.

    Args:
        bodies: the names in capitals, the parent first.
        text: the document, which may write the name in its proper spelling.
    """
    if not bodies:
        return None
    own = bodies[-1]
    parent = bodies[-2] if len(bodies) > 1 else ""
    name = proper(own, text)
    if not parent or not _UNIT_OF_PLACE.match(own):
        return name
    if own in ("VĂN PHÒNG", "BAN TỔ CHỨC", "THANH TRA") or _PARTY_COMMITTEE.match(parent):
        return f"{name} {proper(parent, text)}"
    if _PEOPLES.match(parent):
        place = proper(_PEOPLES.sub("", parent, count=1).strip(), text)
        if place and fold_words(place) not in fold_words(name):
            return f"{name} {place}"
    return name


def proper(capitals: str, text: str = "") -> str:
    """A name in capitals in its proper spelling.

    By the table of issuers, else as the document itself writes it elsewhere, else by rule: a capital at the
    head of the name, behind "và", a comma or a dash, and on every word of a place's name.
    """
    plain = " ".join(capitals.split())
    if not plain.isupper():
        return plain
    joint = re.split(rf"\s+[-–]\s+(?=(?:{_BODY_HEADS})(?!\w))", plain)
    if len(joint) > 1:
        return " - ".join(proper(part, text) for part in joint)
    known = _known_names().get(fold_words(plain))
    if known:
        return known
    return _places(_as_written(plain, text) or _by_rule(plain))


@functools.cache
def _known_names() -> dict[str, str]:
    bodies = (issuer for issuer in issuers().values() if not issuer.level.startswith("drafting"))
    names = (re.sub(r"\s*\(.*?\)", "", issuer.name).strip() for issuer in bodies)
    return {fold_words(name): name for name in names}


def _as_written(plain: str, text: str) -> str | None:
    pattern = re.compile(re.escape(plain).replace(r"\ ", r"\s+"), re.IGNORECASE)
    spellings = Counter(
        match[0] for match in pattern.finditer(text) if not match[0].isupper() and match[0][0].isupper()
    )
    return spellings.most_common(1)[0][0] if spellings else None


def _by_rule(plain: str) -> str:
    low = plain.lower()
    words = low.split()
    unit = {len(head.split()) for head in _UNIT_HEADS if low.startswith(f"{head} ")}
    written: list[str] = []
    for index, word in enumerate(words):
        before = words[index - 1] if index else ""
        opens = (
            not index
            or index in unit
            or before in ("-", "–")
            or before.endswith(",")
            or (before == "và" and bool(unit))
        )
        written.append(word[:1].upper() + word[1:] if opens and word not in _SMALL else word)
    return " ".join(written)


def _places(name: str) -> str:
    """Capitals on the words of a place's name; "Thành phố" itself is written with one, "tỉnh" without."""
    match = re.search(rf"(?<!\w)({_RANKS}) (.+)$", name, re.IGNORECASE)
    if match is None:
        return name
    rank = match[1].lower()
    if rank in ("thành phố", "quận") and (rank == "thành phố" or match[2][:1].isdigit()):
        rank = rank.capitalize()
    words = [word if word in ("-", "–") else word[:1].upper() + word[1:] for word in match[2].split()]
    return f"{name[: match.start()]}{rank} {' '.join(words)}"
