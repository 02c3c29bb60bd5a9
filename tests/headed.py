"""Texts with the head of an administrative document, as the tests' invented programmes begin."""

from __future__ import annotations

MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
CITY = "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HỒ CHÍ MINH"
DISTRICT = "ỦY BAN NHÂN DÂN\nQUẬN 3"
TRANSPORT = "SỞ GIAO THÔNG VẬN TẢI"


def headed(issuer: str, number: str, when: str, kind: str, subject: str, body: str) -> str:
    """A document with its head (Nghị định 30/2020/NĐ-CP, Appendix I)."""
    return f"{issuer}\nSố: {number}\n{MOTTO}Thành phố Hồ Chí Minh, {when}\n\n{kind}\n{subject}\n\n{body}\n"
