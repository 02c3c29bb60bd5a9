"""The language in which officials tell progress: subject, aspect, verb, part of the whole, time.

`đã | đang | chưa | sẽ | mới | vẫn` before a verb says how far the work is, and what stands behind the verb says of how
much of it: `đã hoàn thành 44/68 trạm` is a part, `đã xong công tác giải phóng mặt bằng` a step before the work itself,
`còn 02 xã chưa tổ chức` what is missing from the whole. A clause is read into events in its order, and the events are
weighed against one another. Aims, proposals and reasons are no facts: `đề nghị cho phép dừng`, `do chưa có mặt bằng`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.shares import COUNT, FRACTION, PERCENT, is_part, told_shares

_I = re.IGNORECASE
_W = r"(?<!\w)"
_END = r"(?!\w)"
_AFTER_NOUN = "".join(
    rf"(?<!{noun} )"
    for noun in ("công", "chương", "quá", "tiến", "lộ", "tờ", "giáo", "quy", "hành", "phương", "lập", "chu", "thuyết")
)
"""Syllables that make `trình` another word than "to lay before"."""
_FINISH = r"(?:hoàn thành|hoàn tất|nghiệm thu)"
_WORK = (
    r"(?:triển khai|thực hiện|tổ chức|thi công|tiến hành|xây dựng|xây|lắp đặt|lắp|vận hành|giải ngân|cấp phát|mua sắm"
    r"|đầu tư|tập huấn|nạo vét|trồng|sửa chữa|cải tạo|nâng cấp)"
)
_BEGIN = r"(?:khởi công|khởi động|bắt đầu|động thổ|khai mạc|ra quân)"
_STAGE = (
    r"(?:công tác|thủ tục|hồ sơ|khâu|bước|giai đoạn|đợt|phần|hạng mục|gói thầu|thiết kế|khảo sát|dự toán|giải phóng"
    r"|bồi thường|đền bù|lựa chọn|đấu thầu|mời thầu|thẩm định|rà soát|dự thảo|đề cương|mặt bằng|móng|nền|thân"
    r"|tầng|cọc|một phần|một số|một nửa|cơ sở dữ liệu|danh sách|danh mục)"
)
"""What is a step of the work or a part of it and not the work."""
_TIME_UNITS = r"(?:tháng|ngày|năm|tuần|quý|lần|giờ|lớp tuổi)"

EVENTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("replaced", re.compile(rf"{_W}(?:đã )?(?:bị|được) thay thế (?:bởi|bằng){_END}", _I)),
    (
        "delayed",
        re.compile(
            rf"{_W}(?:chưa|không) (?:\w+ ){{0,2}}?(?:hoàn thành|hoàn tất|xong|đạt|bảo đảm|đảm bảo|đáp ứng)(?: được)?"
            r" (?:(?:đúng|theo|kịp) )?(?:thời )?(?:hạn|tiến độ|yêu cầu|chỉ tiêu|mục tiêu|kế hoạch)"
            r"|(?<!\w)(?:chưa|không) kịp (?:thời )?(?:hạn|tiến độ)"
            r"|(?<!\w)không (?:thể |kịp )?(?:hoàn thành|hoàn tất)",
            _I,
        ),
    ),
    (
        "in_progress",
        re.compile(
            rf"{_W}(?:chưa (?:\w+ ){{0,2}}?|gần (?:như )?|sắp )(?:hoàn thành|hoàn tất|xong|nghiệm thu|kết thúc){_END}",
            _I,
        ),
    ),
    ("in_progress", re.compile(rf"{_W}(?:đã )?(?:được )?(?:{_WORK}|hoạt động|khởi động) (?:trở )?lại{_END}", _I)),
    (
        "not_started",
        re.compile(
            rf"{_W}(?:chưa|không) (?:được |thể |tiến hành |kịp |hề ){{0,4}}(?:{_BEGIN}|triển khai|thực hiện"
            rf"|tổ chức|thi công"
            rf"|tiến hành){_END}(?! xong| hết| đúng| đầy đủ| nghiêm| tốt)"
            rf"|{_W}chưa có (?:\w+ ){{1,3}}nào (?:được )?(?:triển khai|thực hiện|khởi công){_END}",
            _I,
        ),
    ),
    (
        "delayed",
        re.compile(
            rf"{_W}(?:đang |đã )?(?:còn |bị |rất |khá |hơi |có phần ){{0,4}}(?<!không )(?<!không bị )chậm"
            rf"(?: tiến độ| so với| hơn| trễ| nhiều| khoảng| gần| tới|(?=\s+{COUNT})|(?=\s*(?:[,;.)]|$)))"
            rf"|{_W}(?:triển khai|thực hiện|thi công|tiến độ)(?: \w+){{0,2}} chậm{_END}(?! nhất)"
            rf"|{_W}(?:đã |phải |bị ){{0,4}}lùi (?:sang|đến|lại){_END}"
            rf"|{_W}(?:lùi|giãn|gia hạn|kéo dài|điều chỉnh lùi) (?:thời hạn|thời gian|tiến độ|kế hoạch){_END}"
            rf"|{_W}(?:đã |bị |đang ){{0,4}}(?:quá|trễ) (?:thời )?hạn{_END}|{_W}(?:bị )?(?:chậm trễ|đình trệ"
            rf"|ì ạch){_END}",
            _I,
        ),
    ),
    (
        "paused",
        re.compile(
            rf"{_W}(?:tạm (?:thời )?|bị |phải |cho |đã ){{0,4}}(?:tạm (?:dừng|hoãn|ngừng|ngưng)|đình chỉ)"
            rf"(?: (?:việc )?(?:thi công|thực hiện|triển khai)){{0,2}}{_END}"
            rf"|{_W}(?:đã |bị |phải |buộc |cho |được ){{1,4}}(?:\w+ )?(?:dừng|ngừng|ngưng)"
            rf" (?:việc )?(?:thi công|thực hiện|triển khai|hoạt động)"
            rf"|{_W}(?:dừng|ngừng|ngưng) (?:việc )?(?:thi công|triển khai|thực hiện){_END}",
            _I,
        ),
    ),
    (
        "draft",
        re.compile(
            rf"{_W}(?:đang |đã )?(?:tiếp tục )?(?:xây dựng |hoàn thiện |hoàn chỉnh "
            rf"|lấy ý kiến )?(?:\w+ )?dự thảo{_END}",
            _I,
        ),
    ),
    (
        "submitted",
        re.compile(
            rf"{_W}(?:đã |đang )?(?:\w+ )?{_AFTER_NOUN}trình (?!tự|độ|diễn|duyệt xong|chiếu|bày)|{_W}(?:đang )?chờ"
            r"(?: phê)? duyệt",
            _I,
        ),
    ),
    (
        "planned",
        re.compile(
            rf"{_W}(?:dự kiến|trong thời gian tới|sẽ|thời hạn hoàn thành|phấn đấu|muộn nhất|chậm nhất){_END}"
            rf"|{_W}(?:đặt|đề) (?:ra )?(?:mục tiêu|chỉ tiêu){_END}"
            rf"|(?<!đạt )(?<!vượt )(?<!các ){_W}mục tiêu (?:\w+ ){{0,3}}?(?:hoàn thành|hoàn tất|đạt)"
            rf"|{_W}(?:phải|cần|yêu cầu) (?:\w+ ){{0,2}}?(?:hoàn thành|hoàn tất)"
            rf"|(?<!đã )(?<!được )(?<!cơ bản ){_W}(?:hoàn thành|hoàn tất|bàn giao|khởi công) (?:[^;.,:]{{0,40}} )?"
            r"trước (?=ngày|tháng|quý|năm|\d)",
            _I,
        ),
    ),
    (
        "completed",
        re.compile(
            rf"(?<!chưa )(?<!thời hạn )(?<!hạn )(?<!để ){_W}(?:đã |được |cơ bản |vừa ){{0,4}}{_FINISH}{_END}"
            rf"|{_W}(?:đã |được |vừa |mới ){{1,4}}(?:kết thúc|khánh thành|thông xe|đóng điện"
            rf"|(?:phê duyệt )?quyết toán){_END}"
            rf"|^\W*kết thúc{_END}|{_W}{_WORK} xong{_END}"
            rf"|{_W}(?:đã |được |vừa ){{1,4}}(?:(?!chưa|không|sẽ)\w+ ){{0,3}}?xong{_END}"
            rf"|{_W}(?:đã |được ){{1,4}}(?:bàn giao và )?đưa (?:\w+ ){{0,3}}?vào (?:sử dụng|khai thác|vận hành"
            rf"|hoạt động)",
            _I,
        ),
    ),
    ("in_preparation", re.compile(rf"{_W}(?:đang )?chuẩn bị{_END}", _I)),
    ("in_progress", re.compile(rf"{_W}(?:đang|tiếp tục){_END}", _I)),
    ("in_progress", re.compile(rf"{_W}(?:đã|vừa|mới|được)(?: được| chính thức| đồng loạt){{0,4}} {_BEGIN}{_END}", _I)),
    (
        "in_progress",
        re.compile(
            rf"{_W}(?:mới|chỉ|mới chỉ|chỉ mới)(?: (?:có|được"
            rf"|đạt)){{0,2}}(?: (?!nhất)\w+){{0,3}}? (?:{FRACTION}|{PERCENT})"
            rf"|{_W}(?:mới|chỉ mới|mới chỉ)(?: (?!nhất)\w+){{1,4}} (?:tại|ở|cho|được) {COUNT} (?!{_TIME_UNITS})"
            rf"|{_W}còn lại (?:\w+ ){{0,2}}?(?:chưa|đang){_END}"
            rf"|{_W}(?:khối lượng|tiến độ|giải ngân|giá trị|sản lượng)(?: (?!đề|chỉ)\w+){{0,5}}? {PERCENT}"
            rf"|{_W}(?:hiện|ước|đã|mới|mới chỉ|thực hiện)(?: \w+)? đạt(?: \w+){{0,2}}? {PERCENT}"
            rf"|(?:^|[,;]\s|:\s){_W}đạt(?: (?:khoảng|được|gần|trên|hơn))? {PERCENT}"
            rf"|{_W}giải ngân(?: được)? {FRACTION}",
            _I,
        ),
    ),
    (
        "in_progress",
        re.compile(rf"{_W}(?:đã|được)(?: (?!hoàn|sẽ)\w+){{1,4}}? {FRACTION}(?= [a-zà-ỹđ])", _I),
    ),
    (
        "in_progress",
        re.compile(rf"{_W}(?:mới )?dừng (?:lại )?ở{_END}|{_W}đã(?: \w+){{1,2}} được {COUNT} (?!{_TIME_UNITS})", _I),
    ),
    ("issued", re.compile(rf"{_W}(?:đã|được|vừa) (?:được )?(?:ban hành|ký){_END}|{_W}đã có hiệu lực", _I)),
    (
        "completed",
        re.compile(rf"{_W}đã (?:tổ chức|triển khai|thực hiện|bàn giao){_END}(?! (?:trở )?lại)", _I),
    ),
)
"""(state, its words), the more telling first: of two that begin at one place, the earlier is meant."""
MARKED = re.compile(rf"{_W}(?:đã|đang|hiện|mới|chưa|vẫn|tạm|bị|đạt|vừa|không|tiếp tục|cơ bản|được){_END}", _I)
_BEGUN = re.compile(_BEGIN, _I)
WEAK_DONE = re.compile(rf"{_W}đã (?:tổ chức|triển khai|thực hiện|bàn giao){_END}", _I)
_PROPOSAL = re.compile(
    rf"{_W}(?:đề nghị|kiến nghị|đề xuất|xin (?:phép|chủ trương|ý kiến|gia hạn|điều chỉnh)|xem xét"
    rf"|giao cho){_END}[^;.]*",
    _I,
)
_REASON = re.compile(
    rf"{_W}(?:do|vì|bởi|nguyên nhân|vướng|để|nhằm) (?-i:[a-zà-ỹđ])[^,;.]*?(?= nên |[,;.]|$)|{_W}sau khi [^,;.]*"
    rf"|{_W}trong khi [^,;.]*",
    _I,
)
_PART = re.compile(
    r"(?:đã |được |cơ bản |vừa ){0,4}(?:hoàn thành|hoàn tất|triển khai|thực hiện|nghiệm thu|bàn giao|tổ chức)"
    r"(?:, (?:bàn giao|nghiệm thu|đưa vào sử dụng))?(?: được| khoảng| tại| cho| trên| xong| ở){0,4}\s+"
    rf"(?:{FRACTION}|{PERCENT})",
    _I,
)
_FRACTION = re.compile(
    rf"(?<![\w/.,])(?<!ngày )(?<!từ )(?<!đến )(?<!trước )(?<!hôm )(?<!tháng )(?<!số ){FRACTION}"
    r"(?=\s+[a-zà-ỹđ])"
)
_STEP = re.compile(
    rf"(?:đã |được |cơ bản |vừa ){{0,4}}(?:\w+ ){{0,3}}?(?:{_FINISH}|xong|kết thúc)(?: xong| cơ bản| được| toàn bộ)?"
    rf"(?: (?:việc|các|{COUNT})){{0,4}} (?:{_STAGE}|nhà thầu|đơn vị tư vấn){_END}",
    _I,
)
_STEP_VERB = re.compile(
    rf"{_W}(?:lựa chọn|chọn|giải phóng|đền bù|bồi thường|khảo sát|đo đạc|thẩm định|thiết kế|lập|đấu thầu"
    rf"|san lấp){_END}",
    _I,
)
_PERCENT = re.compile(rf"(?<![\d.,]){PERCENT}")
_STEP_BEFORE = re.compile(rf"{_W}(?:{_STAGE})(?: (?!dự án|công trình)\w+){{0,5}}\s*$", _I)
_MISSING = re.compile(
    rf"{_W}(?:còn(?! lại)|còn lại|riêng|trừ|ngoại trừ|một số|một vài"
    rf"|{COUNT} (?!{_TIME_UNITS})\w+)(?: [^,;.]{{0,60}})?$",
    _I,
)
_NEAR = 25
"""Characters behind a verb in which a part of a whole (`14/32 công trình`) is its own."""
_REST = re.compile(
    rf"{_W}(?:còn|chỉ còn|riêng|trừ) (?:\w+ ){{0,2}}?{COUNT} (?!{_TIME_UNITS}){_W}\w+|{_W}(?:còn lại|chưa xong)", _I
)
_AFTERWARDS = re.compile(
    r"[^,;.]{0,40}(?:quyết toán|bảo hành|bảo trì|vận hành|khai thác|sử dụng|phát huy|thanh lý|hoàn công|thanh toán"
    r"|bàn giao|theo dõi|duy trì|mở rộng|báo cáo|tổng kết|phục vụ)",
    _I,
)
"""What goes on once the work is done."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What a clause says: the state, and where in the clause the words stand that say it."""

    state: str
    start: int
    end: int
    cue: str


def read_progress(clause: str, *, marked: bool = False) -> Progress | None:
    """The state that a clause tells; None where it tells none for certain.

    Args:
        clause: the words that speak of one document, without its name.
        marked: whether only words with an aspect marker count; a bare `hoàn thành` may be part of a name.
    """
    events = [event for event in _events(clause) if not marked or event.state == "planned" or _is_marked(event)]
    chosen = _weighed(clause, events) if events else None
    if chosen is None:
        return None
    return _with_delay(clause, chosen, events)


def _is_marked(event: Progress) -> bool:
    return MARKED.search(event.cue) is not None or event.state in {"paused", "delayed", "submitted"}


def _events(clause: str) -> Iterator[Progress]:
    """The events of a clause in its order; where two overlap, the one that begins first."""
    masked = _REASON.sub(_blank, _PROPOSAL.sub(_blank, clause))
    found = [
        (match.start(), order, Progress(state, match.start(), match.end(), match.group()))
        for order, (state, words) in enumerate(EVENTS)
        for match in words.finditer(masked)
    ]
    end = -1
    for start, _, event in sorted(found, key=lambda one: one[:2]):
        if start >= end:
            end = event.end
            yield _measured(event)


def _measured(event: Progress) -> Progress:
    """An event told by a part of a whole: all of it is done where the part is the whole."""
    if event.state != "in_progress":
        return event
    whole = any(share >= 1 for share in told_shares(event.cue))
    return Progress("completed", event.start, event.end, event.cue) if whole else event


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _weighed(clause: str, events: Sequence[Progress]) -> Progress:
    """The event that speaks of the whole as it is now."""
    first, later = events[0], events[1:]
    if first.state == "issued":
        return _beyond_issue(clause, first, later)
    if first.state == "planned":
        return next((event for event in later if _tells_fact(clause, first, event)), first)
    if first.state == "completed":
        return _as_done(clause, first, later)
    if first.state == "in_progress" and first.cue.lower().startswith("chưa"):
        # What is not begun is not under way, whatever else is not finished.
        return next((event for event in later if event.state == "not_started" and _BEGUN.search(event.cue)), first)
    if first.state == "not_started" and _MISSING.search(clause[: first.start]):
        return Progress("in_progress", first.start, first.end, first.cue)
    return first


def _tells_fact(clause: str, aim: Progress, event: Progress) -> bool:
    """Whether a later event says what is, after an aim: `mục tiêu hoàn thành trong năm 2022, hiện đạt 35%`."""
    apart = re.search(r"[,;.]", clause[aim.end : event.start])
    return bool(apart) and event.state not in {"planned", "draft"} and MARKED.search(event.cue) is not None


def _beyond_issue(clause: str, issued: Progress, later: Sequence[Progress]) -> Progress:
    """`đã ký và đang triển khai`: what the same clause says of a document after its issue is its progress."""
    ends = re.compile(r";|\.\s").search(clause, issued.end)
    limit = ends.start() if ends else len(clause)
    for event in later:
        goes_on = event.start < limit and event.state in {"in_progress", "completed", "delayed", "paused"}
        if goes_on and not WEAK_DONE.match(event.cue):
            return _as_done(clause, event, ()) if event.state == "completed" else event
    return issued


def _as_done(clause: str, done: Progress, later: Sequence[Progress]) -> Progress:
    """A finished thing is the whole unless its words, or those behind them, say that it is a part."""
    behind = clause[done.start :]
    under_way = Progress("in_progress", done.start, done.end, done.cue)
    segment = re.split(r"[;.]\s|[;.]$", behind, maxsplit=1)[0]
    if _is_part(behind) or any(
        one.start() <= len(done.cue) + _NEAR and is_part(one.group()) for one in _FRACTION.finditer(segment)
    ):
        return under_way
    before = re.split(r"[,;.:]\s", clause[: done.start])[-1]
    if any(is_part(one.group()) for one in _FRACTION.finditer(before)):
        return under_way
    if _STEP.match(behind) or _STEP_VERB.search(done.cue) or _STEP_BEFORE.search(clause[: done.start]):
        return next((event for event in later if event.state != "completed"), under_way)
    if WEAK_DONE.match(done.cue) and _tells_part(segment):
        return under_way
    for event in later:
        if event.state == "in_progress" and event.cue.lower() == "đang":
            if not _AFTERWARDS.match(clause, event.end):
                return event
        elif event.state in {"in_progress", "not_started", "delayed", "paused"} and _REST.search(clause[done.end :]):
            return under_way
    return done


def _tells_part(words: str) -> bool:
    return any(is_part(one.group()) for told in (_FRACTION, _PERCENT) for one in told.finditer(words))


def _is_part(behind: str) -> bool:
    """`hoàn thành 13/16 nhiệm vụ`, `hoàn thành 60 %`: a part is done, the document is not."""
    part = _PART.match(behind)
    return part is not None and is_part(part.group())


def _with_delay(clause: str, chosen: Progress, events: Sequence[Progress]) -> Progress:
    """Work under way that the same sentence calls late is late."""
    late = next((event for event in events if event.state == "delayed"), None)
    if chosen.state != "in_progress" or late is None or late.start < chosen.start:
        return chosen
    between = clause[chosen.end : late.start]
    return Progress("delayed", chosen.start, late.end, late.cue) if not re.search(r"[;.]\s", between) else chosen
