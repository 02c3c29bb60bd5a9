"""The kinds of question, told by their words (folded, so that diacritics may be missing)."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache


class Intent(StrEnum):
    """The kinds of question."""

    STATUS = "status"
    SUBJECT = "subject"
    WHEN = "when"
    WHO = "who"
    WHERE = "where"
    SIGNER = "signer"
    HOW_MANY = "how_many"
    LIST = "list"
    RELATION = "relation"
    COMPARE = "compare"
    VALIDITY = "validity"
    EFFECTIVE = "effective"
    TIMELINE = "timeline"
    WHY = "why"
    OTHER = "other"


_EVENT = (
    r"(?:hoan thanh|hoan tat|xong|khanh thanh|nghiem thu|khoi dong|khoi cong|van hanh|hoat dong|cong bo|to chuc"
    r"|khai truong|ban giao|keo dai)"
)
_TIME = r"(?:(?:ngay|thang|quy|nam) (?:nao|may|bao nhieu)|khi nao|luc nao|bao gio)"
_EVENT_WHEN = re.compile(
    rf"{_EVENT}\s+(?:vao\s+|trong\s+|truoc\s+|den (?:het )?)?{_TIME}"
    rf"|{_TIME}\s+(?:(?:thi|moi|se|duoc|phai)\s+)*{_EVENT}"
    r"|^(?:khi nao|bao gio|ngay nao|when (?:will|did|was|is))"
)
_INTENTS: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    (Intent.WHERE, re.compile(r"o dau|tai dau|dia chi|noi nao|\bwhere\b|\baddress\b")),
    (
        Intent.COMPARE,
        re.compile(
            r"so sanh|khac (?:nhau|gi|the nao)|cai nao|difference|compare|diem khac|giong nhau|ky truoc|co truoc"
        ),
    ),
    (Intent.SIGNER, re.compile(r"(?<!cho )\bai (?:la nguoi )?(?:da )?ky\b|nguoi ky|who signed|signatory|do ai ky")),
    (
        Intent.EFFECTIVE,
        re.compile(
            r"hieu luc (?:ke )?(?:tu|khi)|take effect|took effect|co hieu luc (?:ngay|tu|khi)|effective (?:from|date)"
        ),
    ),
    (
        Intent.VALIDITY,
        re.compile(
            r"con hieu luc|con (?:duoc )?(?:ap dung|gia tri)|het hieu luc|hieu luc khong"
            r"|tinh trang hieu luc|in force|still valid|bi huy bo|cancelled"
        ),
    ),
    (Intent.WHEN, _EVENT_WHEN),
    (
        Intent.TIMELINE,
        re.compile(
            r"dien bien|qua (?:cac|ba|hai|tung|nhung)|tung (?:ky|quy|nam|buoc)|nhung buoc nao|timeline|thay doi the nao"
        ),
    ),
    (Intent.WHY, re.compile(r"\b(?:vi sao|tai sao|ly do|nguyen nhan|why|cham vi)\b")),
    (
        Intent.LIST,
        re.compile(
            r"^(?:\w+ ){0,3}(?:cac|nhung|tat ca) (?:van ban|quyet dinh|ke hoach|cong van|bao cao|to trinh)(?!.*\d)|"
            r"(?:cac|nhung) (?:van ban|quyet dinh|ke hoach|cong van|bao cao|to trinh|thong bao|de an|nhiem vu) gi\b|"
            r"^(?:cac|nhung|tat ca) (?:van ban|quyet dinh|ke hoach|cong van|bao cao|to trinh|thong bao) .*ngay \d|"
            r"^(?:van ban|quyet dinh|ke hoach|cong van|bao cao|to trinh|thong bao) nao (?:do|cua) |"
            r"liet ke|nhung (?:\w+ ){0,6}nao\b|cac (?:\w+ ){0,8}nao\b|(?<!the )(?<!\ba )\blist\b|gom nhung|bang nhung"
            r"|duoc nhac den|mentioned"
            r"|co nhung|which (?:plans|decisions|documents|letters)"
        ),
    ),
    (
        Intent.HOW_MANY,
        re.compile(
            r"bao nhieu\b(?! ngay ban hanh)|\bmay (?!cai gi)\w+|so luong|how many|how much|con bao nhieu|phan tram"
        ),
    ),
    (
        Intent.RELATION,
        re.compile(
            r"(?:thay the|dinh chinh|dieu chinh|sua doi|bo sung|bai bo|trien khai|thuc hien|can cu"
            r"|cu the hoa|phe duyet|theo|phuc vu"
            r"|ban hanh kem theo|dan den|huong dan|dua tren)[^?]{0,60}(?:van ban|quyet dinh|ke hoach"
            r"|chuong trinh|nghi quyet|to trinh"
            r"|thong bao|cai|gi|de an|bao cao|cong van)\s*(?:so\s*)?(?:nao|gi|cua)"
            r"|(?:van ban|quyet dinh|ke hoach|quy che|to trinh|thong bao)\s+nao[^?]{0,30}(?:thay"
            r"|dinh chinh|dieu chinh|phe duyet|trien khai"
            r"|ban hanh|cu the|huong dan|sua doi|thuc hien)"
            r"|(?:dieu chinh|phe duyet|thay the|dinh chinh|sua doi|uy quyen)\s+(?:cho\s+)?(?:cai gi|nhung gi|gi|ai)"
            r"|which \w+ (?:implements|approved|replaced|amends|replaces|amended)|(?:replace|amend|implement)\b"
        ),
    ),
    (
        Intent.SUBJECT,
        re.compile(
            r"ve viec gi|(?:de )?lam gi\b|nham muc dich gi|muc tieu (?:la )?gi|noi dung gi|ve gi\b"
            r"|noi ve|noi gi|la gi\b|what is (?!the status)[^?]*about"
            r"|quy dinh gi"
        ),
    ),
    (
        Intent.STATUS,
        re.compile(
            r"tinh trang|tinh hinh|trang thai|(?:den|toi) dau|tien do|the nao|ra sao|sao roi|\bchua\b"
            r"|giai doan nao|status|progress"
            r"|thi sao|hoan thanh|has .* been|da xong|\bsao\s*$|(?:is|are|was) .*(?:finished|completed|done)\b"
        ),
    ),
    (
        Intent.WHEN,
        re.compile(
            r"ngay nao|ngay bao nhieu|khi nao|luc nao|bao gio|thoi han|when|ngay ban hanh|ngay thang nao|thang nao"
            r"|hom nao|han (?:cuoi|chot)|deadline|due date"
        ),
    ),
    (
        Intent.WHO,
        re.compile(
            r"\bai\b|co quan nao|don vi nao|do ai|to chuc nao|who|which agency|cho ai|tu dau\b"
            r"|(?:so|ban|phong|cuc|vien|quan|huyen) nao (?:chu tri|phu trach|phoi hop|thuc hien)"
        ),
    ),
)
MONEY = re.compile(
    r"kinh phi|ngan sach|bao nhieu tien|so tien|giai ngan|tong von|budget|how much money|von dau tu|chi phi|\bcost"
)
TYPE_PHRASES: tuple[tuple[str, str], ...] = (
    ("nghi quyet", "NQ"),
    ("quyet dinh", "QĐ"),
    ("ke hoach", "KH"),
    ("cong van", "CV"),
    ("bao cao", "BC"),
    ("nghi dinh", "NĐ"),
    ("thong tu", "TT"),
    ("chi thi", "CT"),
    ("thong bao", "TB"),
    ("to trinh", "TTr"),
    ("decisions", "QĐ"),
    ("decision", "QĐ"),
    ("plans", "KH"),
    ("plan", "KH"),
    ("reports", "BC"),
    ("official letters", "CV"),
    ("resolutions", "NQ"),
)
_ASKS_FOR_TYPE = r"(?:cac|nhung|liet ke|list|which|bao nhieu|may|how many|the)\s+(?:\w+\s+){{0,4}}?{0}\b|{0}\s+nao\b"
_UNIT = re.compile(r"(?:bao nhieu|how many|\bmay)\s+(?=((?:[a-z]+\s*){1,3}))")
_NO_UNITS = frozenset(
    ["den", "toi", "o", "tai", "trong", "tu", "va", "cua", "theo", "thi", "la", "nam", "ngay", "tien"]
)


def intent_of(folded: str) -> Intent:
    """The first intent whose words the folded question has."""
    for intent, words in _INTENTS:
        if words.search(folded):
            return intent
    return Intent.OTHER


def listed_type(folded: str) -> str | None:
    """The type of the documents that are themselves to be listed: right behind the plural word, or before `nào`."""
    for phrase, code in TYPE_PHRASES:
        if re.search(rf"(?:cac|nhung|bao nhieu|may|which|list|how many)\s+{phrase}\b|{phrase}\s+nao\b", folded):
            return code
    return None


_STATES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"chua (?:duoc )?hoan thanh"), ("in_progress", "delayed", "paused", "not_started", "planned")),
    (re.compile(r"(?:da |duoc |la )?(?:hoan thanh|hoan tat)|\bcompleted\b|finished"), ("completed",)),
    (re.compile(r"cham tien do|bi cham|behind schedule|\bdelayed\b"), ("delayed",)),
    (re.compile(r"tam (?:dung|hoan)|suspended|paused|on hold"), ("paused",)),
    (re.compile(r"chua (?:duoc )?(?:trien khai|thuc hien|bat dau)|not (?:yet )?started"), ("not_started",)),
    (re.compile(r"dang (?:duoc )?(?:thuc hien|trien khai)|in progress|ongoing"), ("in_progress", "delayed")),
    (re.compile(r"du thao|\bdrafts?\b"), ("draft",)),
    (re.compile(r"bi thay the|da thay the|\breplaced\b"), ("replaced",)),
)


def states_asked(folded: str) -> tuple[str, ...]:
    """The states that a folded question names (labels of `statuses.tsv`); empty where it names none."""
    return next((states for words, states in _STATES if words.search(folded)), ())


@lru_cache(maxsize=64)
def _type_question(phrase: str) -> re.Pattern[str]:
    return re.compile(_ASKS_FOR_TYPE.format(phrase))


def type_asked(folded: str) -> str | None:
    """Abbreviation of the type of document that a folded question asks for (`các kế hoạch nào` → KH)."""
    asked = [(hit.end(), code) for phrase, code in TYPE_PHRASES if (hit := re.search(_type_question(phrase), folded))]
    # Of `các kế hoạch triển khai quyết định 815` the first type is asked for; the other only names a document.
    return min(asked)[1] if asked else None


def units_asked(folded: str) -> tuple[str, ...]:
    """The words behind `bao nhiêu` and `mấy`: what a folded question counts."""
    found = ["phan tram"] if re.search(r"\bty le\b", folded) else []
    for match in _UNIT.finditer(folded):
        words = match.group(1).split()
        if words and words[0] not in _NO_UNITS:
            found.append(" ".join(words[:2]))
    return tuple(found)
