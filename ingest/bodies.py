"""Names of issuing bodies in running text: where one begins and ends, its full form, which two are the same.

The list of issuers is open (Nghị định 30/2020/NĐ-CP, Appendix I, II.3), so a body is told by its first
words (`Sở …`, `Ủy ban nhân dân …`, `Ban Chỉ đạo …`) and runs on over capitalised words and their joints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.folding import fold_words
from ingest.models import Span

_HEADS = (
    "Ủy ban nhân dân",
    "Ủy ban Nhân dân",
    "Ủy ban Thường vụ Quốc hội",
    "Ủy ban nhân",
    "Ủy ban",
    "UBNDTP",
    "UBND",
    "Hội đồng nhân dân",
    "HĐND",
    "Hội đồng",
    "Văn phòng",
    "Thủ tướng Chính phủ",
    "Thủ tướng",
    "Chính phủ",
    "Quốc hội",
    "Chủ tịch nước",
    "Chủ tịch Ủy ban nhân dân",
    "Chủ tịch UBND",
    "Chủ tịch Hội đồng nhân dân",
    "Chủ tịch HĐND",
    "Chủ tịch",
    "Thành ủy",
    "Tỉnh ủy",
    "Quận ủy",
    "Huyện ủy",
    "Đảng ủy",
    "Bộ Chính trị",
    "Bộ",
    "Ban Bí thư",
    "Ban Chấp hành",
    "Ban Chỉ đạo",
    "Ban Quản lý",
    "Ban Điều hành",
    "BQL",
    "Ban",
    "Sở",
    "Trung tâm",
    "Tổng cục",
    "Chi cục",
    "Cục",
    "Vụ",
    "Viện",
    "Công an",
    "Thanh tra",
    "Kho bạc",
    "Bảo hiểm xã hội",
    "Tập đoàn",
    "Tổng công ty",
    "Bưu điện",
    "Phòng",
    "Tòa án",
    "Thành đoàn",
    "Tổ Chuyên viên",
    "Tổ công tác",
)
_HEAD = re.compile("|".join(re.escape(head) for head in sorted(_HEADS, key=len, reverse=True)))
_STOP = re.compile(
    r"(?:về|việc|đề xuất|kiến nghị|thực hiện|ban hành|triển khai|phê duyệt|thành lập|đã|đang|sẽ"
    r"|tham mưu|(?<!hương )trình|báo cáo|có|được"
    r"|tại|theo|trong|để|cho|với|là|năm|ngày|quy định|quyết định|kế hoạch|công văn|công bố|giao|ký|chủ trì|phối hợp"
    r"|tổ chức|thông báo|yêu cầu|đề nghị|cung cấp|gửi|hướng dẫn|trên|kiện toàn|điều chỉnh|sửa đổi|thay thế|ủy quyền"
    r"|giữa|từ|đến|nêu|do|vào|như|không|chưa|cùng|tiếp tục|cần|phải|nhằm|của|căn cứ|hoặc|khi|sau|trước|mà|thì|này|đó"
    r"|xem xét|chấp thuận|tăng cường|hoàn|số|bổ sung|rà soát|lập|thuộc|vừa|mới|chỉ đạo|kiểm tra|đồng|xây dựng|nói"
    r"|bố trí|chậm|tạm|vì|nên|nhưng|tiến độ|bàn giao|phụ trách|quản lý|thống nhất|chịu|ra|bị|bởi|qua"
    r"|các|những|mỗi|một|hai|ba|lắp|nhận|phổ|and|và các)(?!\w)"
)
"""Words that end a body's name when they are written in lower case."""
_INSIDE = frozenset(["thành", "phố", "tỉnh", "quận", "huyện", "phường", "xã", "thị", "trấn", "và", "-", "–", "&"])
_TYPE_WORDS = re.compile(
    r"(?i:quyết định|kế hoạch số|công văn|báo cáo|nghị quyết|nghị định|thông tư|chỉ thị|thông báo|tờ trình"
    r"|đề án|hướng dẫn|quy chế|quy định)|(?:Kế hoạch|Chương trình) (?:số|\d)"
)
_PLACE_BEFORE = re.compile(r"(?:[Qq]uận|[Pp]hường|Q\.|P\.) ?$")
_MOST_WORDS = 16
_LOWER_RUN = (
    (
        re.compile(
            r"Ủy ban|UBND|H[ộĐ]|Thủ tướng|Chính phủ|Quốc hội|Chủ tịch|Thành ủy|Tỉnh ủy|Quận ủy|Huyện ủy|Đảng ủy"
        ),
        0,
    ),
    (re.compile(r"Sở|Bộ|Cục|Vụ|Văn phòng|Thanh tra|Chi cục|Tổng cục|Công an|Phòng|Viện|Kho bạc|Bưu điện"), 3),
)
"""How many lower-case syllables in a row a name of that kind has; others run on (`Ban Chỉ đạo Chương trình …`)."""
_GAP = re.compile(r"[ \t]+")
_TOKEN = re.compile(r"[^\s,;:.()“”\"]+(?:\.[A-ZĐ]\w*|\.(?= [A-ZĐ]))?")
_EXPANSIONS = (
    (re.compile(r"\bUBNDTP\b"), "Ủy ban nhân dân Thành phố"),
    (re.compile(r"\bUBND\b"), "Ủy ban nhân dân"),
    (re.compile(r"\bHĐND\b"), "Hội đồng nhân dân"),
    (re.compile(r"\bBCĐ\b"), "Ban Chỉ đạo"),
    (re.compile(r"\bBQL\b"), "Ban Quản lý"),
    (re.compile(r"\bTP\.?\s?HCM\b|\bTPHCM\b|\bTP\. ?Hồ Chí Minh\b"), "Thành phố Hồ Chí Minh"),
    (re.compile(r"\bTP\b\.?"), "Thành phố"),
    (re.compile(r"\bTTTT\b"), "Thông tin và Truyền thông"),
    (re.compile(r"\bKH&ĐT\b|\bKHĐT\b"), "Kế hoạch và Đầu tư"),
    (re.compile(r"\bTN&MT\b|\bTNMT\b"), "Tài nguyên và Môi trường"),
    (re.compile(r"\bGD&ĐT\b|\bGDĐT\b"), "Giáo dục và Đào tạo"),
    (re.compile(r"\bGTVT\b"), "Giao thông vận tải"),
    (re.compile(r"\bLĐTBXH\b|\bLĐ-TB&XH\b"), "Lao động - Thương binh và Xã hội"),
    (re.compile(r"\bKHCN\b|\bKH&CN\b"), "Khoa học và Công nghệ"),
    (re.compile(r"^Thủ tướng$"), "Thủ tướng Chính phủ"),
    (re.compile(r"nhân dân thành phố"), "nhân dân Thành phố"),
    (re.compile(r"nhân dân tỉnh"), "nhân dân tỉnh"),
)


def body_at(text: str, start: int, limit: int) -> Span | None:
    """The body whose name begins at `start`, read up to `limit` at most; None where none begins there."""
    head = _HEAD.match(text, start, limit)
    if not head or text[head.end() : head.end() + 1].isalnum():
        return None
    end = at = head.end()
    most = next((count for kind, count in _LOWER_RUN if kind.match(head.group())), _MOST_WORDS)
    run = 0
    for _ in range(_MOST_WORDS):
        gap = _GAP.match(text, at, limit)
        token = _TOKEN.match(text, gap.end(), limit) if gap else None
        if token is None or not _goes_on(text, token, limit):
            break
        run = run + 1 if token.group()[0].islower() and token.group() not in _INSIDE else 0
        if run > most:
            break
        at = token.end()
        if token.group() not in {"và", "-", "–", "&"}:
            end = at
    return Span(head.start(), end)


def _goes_on(text: str, token: re.Match[str], limit: int) -> bool:
    """Whether the word still belongs to the name that runs before it."""
    word = token.group()
    if _TYPE_WORDS.match(text, token.start(), limit):
        return False
    if word[0].isdigit():
        return _PLACE_BEFORE.search(text, max(0, token.start() - 12), token.start()) is not None
    if word in {"và", "-", "–", "&"}:
        following = _TOKEN.match(text, token.end() + 1, limit)
        return (
            following is not None
            and not _TYPE_WORDS.match(text, following.start(), limit)
            and not _HEAD.match(text, following.start(), limit)
        )
    return word[0].isupper() or word in _INSIDE or not _STOP.match(text, token.start(), limit)


def find_bodies(text: str, start: int, end: int) -> Iterator[Span]:
    """The bodies named in `text[start:end]`, in order, not overlapping."""
    at = start
    while at < end:
        head = _HEAD.search(text, at, end)
        if not head:
            return
        before = text[head.start() - 1 : head.start()]
        body = body_at(text, head.start(), end) if not before.isalnum() else None
        if body:
            yield body
        at = max(body.end if body else 0, head.start() + 1)


def full_name(phrase: str, city: str | None = None) -> str:
    """The body's name with its abbreviations written out: `UBND TP` → `Ủy ban nhân dân Thành phố Hồ Chí Minh`.

    Args:
        phrase: the name as written.
        city: what `Thành phố` alone means in the document (`Thành phố Hồ Chí Minh`), if known.
    """
    name = " ".join(phrase.split()).strip(" ,-–")
    for pattern, expansion in _EXPANSIONS:
        name = pattern.sub(expansion, name)
    name = re.sub(r"\b(Sở|Ban|Bộ) ([^()]*)\(.*?\)", r"\1 \2", name).strip()
    if name.startswith("Ủy ban nhân ") and not name.startswith("Ủy ban nhân dân"):
        name = name.replace("Ủy ban nhân ", "Ủy ban nhân dân ", 1)
    name = re.sub(r"(?<=Ủy ban nhân dân )thành phố", "Thành phố", name)
    name = " ".join(name.split())
    if city and re.search(r"(?:Thành phố|Thành ủy)$", name):
        name = f"{name.removesuffix('Thành phố')}{city}" if name.endswith("Thành phố") else f"{name} {city}"
    return name


def body_words(name: str) -> str:
    """The name folded for comparison: abbreviations out, places in full."""
    return fold_words(full_name(name))


def same_body(one: str | None, other: str | None) -> bool:
    """Whether two names may be one body: equal, or one only adds the place. Unknown names agree with all."""
    if not one or not other:
        return True
    first, second = body_words(one), body_words(other)
    if first == second:
        return True
    short, long = sorted((first, second), key=len)
    return long.startswith(short + " ")


_OFFICE = re.compile(r"(?:uy ban nhan dan|hoi dong nhan dan|ubnd|hdnd)(?!\w)\s*")
_TERRITORY = re.compile(r"(?:thanh pho|tp|tinh|quan|huyen|thi xa|thi tran|phuong|xa)(?!\w)")


def governs(body: str, place: str) -> bool | None:
    """Whether a body is the committee or council of a territory, as people name one: `thành phố`, `Quận 3`, `UBND TP`.

    Returns:
        None where `place` names no territory; True also for a body of which the place is not known.
    """
    wanted = re.sub(r"^tp(?!\w)", "thanh pho", _OFFICE.sub("", fold_words(place), count=1))
    if not _TERRITORY.match(wanted):
        return None
    words = body_words(body)
    office = _OFFICE.match(words)
    own = words[office.end() :] if office else ""
    return office is not None and (not own or f"{own} ".startswith(f"{wanted} "))
