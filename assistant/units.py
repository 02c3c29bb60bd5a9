"""Whether two numbers count the same thing: Vietnamese units among each other, English ones by the glossary."""

from __future__ import annotations

from functools import lru_cache

from assistant.quantities import Quantity
from assistant.topics import translated
from ingest.folding import fold_words

_MONEY = frozenset(["dong", "vnd", "vnđ"])
_ENGLISH = {
    "lines": "tuyen", "line": "tuyen", "roads": "tuyen", "streets": "tuyen duong", "poles": "tru", "kilometers": "km",
    "households": "ho", "people": "nguoi", "persons": "nguoi", "classes": "lop", "courses": "khoa lop",
    "sites": "diem tram", "points": "diem", "schools": "truong", "hospitals": "benh vien", "hours": "gio",
    "days": "ngay", "months": "thang", "years": "nam", "meters": "m met", "metres": "m met", "documents": "van ban",
    "records": "ho so", "files": "ho so", "communes": "xa", "towns": "thi tran", "sections": "doan",
    "items": "hang muc", "works": "cong trinh", "steps": "buoc", "services": "dich vu", "procedures": "thu tuc",
    "agencies": "co quan don vi", "systems": "he thong", "devices": "thiet bi", "computers": "may tinh",
    "servers": "may chu", "times": "lan", "sessions": "phien buoi", "cases": "truong hop", "calls": "cuoc luot",
    "visits": "luot", "trees": "cay", "houses": "nha", "antennas": "ang ten", "towers": "tru thap",
    "officials": "can bo cong chuc", "officers": "can bo", "staff": "can bo nhan su", "members": "thanh vien",
    "tasks": "nhiem vu", "goals": "muc tieu", "areas": "khu vuc", "locations": "diem dia diem",
    "licences": "giay phep", "licenses": "giay phep", "students": "hoc vien sinh vien", "participants": "nguoi",
    "working": "ngay", "boxes": "tu hop", "sensors": "cam bien", "kiosks": "ki ot", "buses": "xe buyt",
    "stops": "tram", "requests": "yeu cau", "accounts": "tai khoan", "apps": "ung dung",
    "applications": "ung dung ho so", "enterprises": "doanh nghiep", "companies": "cong ty doanh nghiep",
    "ferries": "pha", "doses": "lieu", "beds": "giuong", "patients": "benh nhan", "doctors": "bac si",
    "nurses": "dieu duong y ta", "vehicles": "xe phuong tien", "cars": "xe o to", "hectares": "ha", "tonnes": "tan",
    "tons": "tan", "bridges": "cau", "wells": "gieng", "apartments": "can ho", "flats": "can ho", "shops": "cua hang",
    "markets": "cho", "workers": "lao dong cong nhan", "teachers": "giao vien", "pupils": "hoc sinh",
    "trips": "chuyen luot", "tickets": "ve", "lamps": "den bong", "lights": "den", "parks": "cong vien bai",
    "spaces": "cho vi tri", "meetings": "cuoc hop phien", "violations": "vi pham truong hop",
    "projects": "du an de an", "plans": "ke hoach", "decisions": "quyet dinh", "percent": "%", "seconds": "giay",
    "minutes": "phut", "weeks": "tuan", "villages": "thon ap", "provinces": "tinh", "dong": "dong", "vnd": "dong",
}  # fmt: skip
"""Counted things that the glossary of questions lacks; several readings beside one another."""


def same_unit(said: Quantity, stated: Quantity, sentence: str, around: str) -> bool:
    """Whether a number of an answer counts what the same number of its evidence counts.

    Args:
        said: in the answer.
        stated: in the evidence.
        sentence: the answer's sentence, folded.
        around: what the evidence's number stands in, folded.
    """
    if said.label or stated.label:
        return said.label == stated.label
    if "%" in (*said.unit, *stated.unit):
        return said.unit == stated.unit
    mine, theirs = _readings(said.unit), _readings(stated.unit)
    if not stated.unit:
        return not said.unit or bool(mine & set(around.split()))
    if not said.unit:
        return _loose(stated, said, sentence)
    return stated.unit[0] in mine or said.unit[0] in stated.unit[:2] or bool(mine & _MONEY and theirs & _MONEY)


def _loose(stated: Quantity, said: Quantity, sentence: str) -> bool:
    """A number that nothing is counted behind (`số tuyến là 31`): the sentence names what is counted elsewhere."""
    words = set(sentence.split()) | set(fold_words(translated(sentence)).split())
    words |= {reading for word in list(words) for reading in _ENGLISH.get(word, "").split()}
    return said.scaled or stated.unit[0] in words


@lru_cache(maxsize=1024)
def _readings(unit: tuple[str, ...]) -> frozenset[str]:
    """The first word of a unit, and what it may be in Vietnamese."""
    if not unit:
        return frozenset()
    found = {unit[0], *unit[1:2]} if len(unit) > 1 and unit[0] in {"so", "loai", "nhom"} else {unit[0]}
    for count in (3, 2, 1):
        words = fold_words(translated(" ".join(unit[:count]))).split()
        if words and words[0] != unit[0]:
            found.add(words[0])
            break
    # `31 underground routes`, `45 base stations`: English counts its last word.
    for word in unit[:3]:
        found |= set(_ENGLISH.get(word, "").split())
        turned = fold_words(translated(word)).split()
        found |= set(turned[:1]) if turned and turned[0] != word else set()
    return frozenset(found)
