"""Names of bodies: where they end, their full forms, which two are one."""

from __future__ import annotations

import pytest

from ingest.bodies import body_at, find_bodies, full_name, governs, same_body


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Sở Xây dựng đã tham mưu Ủy ban nhân dân Thành phố", ["Sở Xây dựng", "Ủy ban nhân dân Thành phố"]),
        ("giao Sở Y tế và Sở Công Thương phối hợp", ["Sở Y tế", "Sở Công Thương"]),
        ("Ủy ban nhân dân Quận 12 báo cáo", ["Ủy ban nhân dân Quận 12"]),
        ("Sở Tài nguyên và Môi trường có văn bản", ["Sở Tài nguyên và Môi trường"]),
        ("Ban Quản lý Khu công nghệ cao về việc mở rộng", ["Ban Quản lý Khu công nghệ cao"]),
        ("UBND huyện Cần Giờ, UBND quận 7", ["UBND huyện Cần Giờ", "UBND quận 7"]),
        ("Thủ tướng Chính phủ phê duyệt", ["Thủ tướng Chính phủ"]),
        ("cơ sở dữ liệu và toàn bộ hồ sơ", []),
        ("ban hành kế hoạch", []),
    ],
    ids=["verb", "two-joined", "district", "joint-inside", "board", "list", "prime-minister", "lower-case", "verb-ban"],
)
def test_bodies_in_running_text(text: str, names: list[str]) -> None:
    assert [span.of(text) for span in find_bodies(text, 0, len(text))] == names


def test_a_body_does_not_run_over_the_limit() -> None:
    text = "Sở Giao thông vận tải"
    found = body_at(text, 0, len("Sở Giao thông"))
    assert found is not None
    assert found.of(text) == "Sở Giao thông"
    assert body_at(text, 3, len(text)) is None


@pytest.mark.parametrize(
    ("phrase", "city", "name"),
    [
        ("UBND TP", "Thành phố Đà Nẵng", "Ủy ban nhân dân Thành phố Đà Nẵng"),
        ("UBND Thành phố", None, "Ủy ban nhân dân Thành phố"),
        ("Sở TTTT", None, "Sở Thông tin và Truyền thông"),
        ("HĐND quận 5", None, "Hội đồng nhân dân quận 5"),
        ("Thủ tướng", None, "Thủ tướng Chính phủ"),
        ("Sở GTVT", "Thành phố Đà Nẵng", "Sở Giao thông vận tải"),
    ],
    ids=["city-known", "city-unknown", "department", "council", "prime-minister", "city-not-added"],
)
def test_full_names(phrase: str, city: str | None, name: str) -> None:
    assert full_name(phrase, city) == name


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("UBND Thành phố", "Ủy ban nhân dân Thành phố Hồ Chí Minh", True),
        ("Ủy ban nhân dân Quận 3", "Ủy ban nhân dân Quận 5", False),
        ("Ủy ban nhân dân Quận 1", "Ủy ban nhân dân Quận 12", False),
        ("Sở Tài chính", "Sở Y tế", False),
        (None, "Sở Y tế", True),
    ],
    ids=["place-added", "two-districts", "a-digit-more", "two-departments", "unknown"],
)
def test_same_body(one: str | None, other: str | None, same: bool) -> None:
    assert same_body(one, other) is same
    assert same_body(other, one) is same


@pytest.mark.parametrize(
    ("body", "place", "expected"),
    [
        ("Ủy ban nhân dân Thành phố Hồ Chí Minh", "thành phố", True),
        ("Ủy ban nhân dân Thành phố Hồ Chí Minh", "UBND TP", True),
        ("Ủy ban nhân dân Quận 3", "thành phố", False),
        ("Ủy ban nhân dân Quận 3", "quận 3", True),
        ("Ủy ban nhân dân Quận 12", "quan 1", False),
        ("Ủy ban nhân dân tỉnh Khánh Hòa", "tỉnh", True),
        ("Sở Y tế Thành phố Hồ Chí Minh", "thành phố", False),
        ("Ủy ban nhân dân", "thành phố", True),
        ("Ủy ban nhân dân Quận 3", "Sở Y tế", None),
    ],
)
def test_governs(body: str, place: str, expected: bool | None) -> None:
    assert governs(body, place) is expected
