"""Vietnamese of before Unicode: text typed in the fonts and code pages of the 1990s becomes Unicode letters.

A document of those years holds Western characters that only its font draws as Vietnamese: "B¸o c¸o" under
.VnTime (TCVN3, also called ABC), "Baùo caùo" under VNI-Times. Here is what the characters stand for; which text
is in which encoding, `ingest.reencode` finds.

Sources of the tables: TCVN 5712:1993 (VN3) for TCVN3; RFC 1456 for VISCII; the keyboard rules of VNI, a base
letter followed by its mark; the chart of the Vietnamese Unicode project for VPS.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property

_TCVN3 = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¸¶·¹»¾¼½ÆÇÊÈÉËÌÐÎÏÑÒÕÓÔÖ×ÝØÜÞßãáâäåèæçéêíëìîïóñòôõøö÷ùúýûüþ",
        "ĂÂÊÔƠƯĐăâêôơưđàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ",
        strict=True,
    )
)
# What PDF writers name the glyphs of 0xAD, 0xB7 and 0xB5.
_TCVN3 |= {"\u2212": "ư", "\u2219": "ã", "\u03bc": "à", "\u039c": "à"}

_TONES = "\u0300\u0301\u0309\u0303\u0323"
_VNI_PLAIN, _VNI_CIRCUMFLEX, _VNI_BREVE = "øùûõï", "àáåãä", "èéúüë"
_VNI_SINGLE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}

_VISCII_HIGH = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
_VISCII_LOW = {"\x02": "Ẳ", "\x05": "Ẵ", "\x06": "Ẫ", "\x14": "Ỷ", "\x19": "Ỹ", "\x1e": "Ỵ"}
_VPS_HIGH = (
    "ÀẢÃẤẦẨọỗĂếềểệẮẰẲẾ\x91\x92ỀỂỄỐỒỔỖýỷỵỚỜỞ\xa0ắằẳẵặỠớÙờởỡŨỨợỪổỬỲỸÍÌộỈĨÓửữÒỎÕự"
    "ầÁÂấẩẫậđẻÉÊẹỉễịỹƯỦồốÔỏơÈừứÚũưÝẺßàáâãảạăçèéêẽìíîĩẴĐòóôõöƠụùúủüỶẼỳ"
)
_VPS_LOW = dict(zip("\x02\x03\x04\x05\x06\x10\x11\x12\x13\x14\x15\x19\x1c\x1d", "ẠẬẶẸỆỊỌỘỢỤỰỴẪỮ", strict=True))

_LATIN = "A-Za-zÀ-\u024f\u0300-\u036f\u1e00-\u1eff"
UNICODE_ONLY = re.compile("[ĂăĐđĨĩŨũƠơƯư\u0300\u0301\u0303\u0309\u0323\u1ea0-\u1ef9]")
"""Letters that no old font holds."""


_WINDOWS = {byte: shown for byte in range(0x80, 0xA0) if (shown := bytes([byte]).decode("cp1252", "ignore"))}


class Encoding:
    """One old encoding: what its sequences of characters stand for."""

    def __init__(self, name: str, title: str, table: dict[str, str], letters: str) -> None:
        self.name = name
        """As reports say it: `tcvn3`."""
        self.title = title
        """For a person."""
        self.table = table
        """Sequence of characters as shown → letter."""
        self.word = re.compile(f"[{_LATIN}{letters}]+")
        """What a word may consist of."""

    @cached_property
    def _sequence(self) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, sorted(self.table, key=len, reverse=True))))

    @cached_property
    def _low(self) -> frozenset[str]:
        """The control characters that stand for letters."""
        return frozenset(shown for shown in self.table if shown < " ")

    def convert(self, text: str) -> str:
        """The text in Unicode; words that hold letters of Unicode alone stay as they are."""
        if text.isascii() and self._low.isdisjoint(text):
            return text
        if UNICODE_ONLY.search(text):
            return self.word.sub(lambda word: word[0] if UNICODE_ONLY.search(word[0]) else self._plain(word[0]), text)
        return self._plain(text)

    def _plain(self, text: str) -> str:
        return self._sequence.sub(lambda found: self.table[found[0]], text)


def _vni_table() -> dict[str, str]:
    table: dict[str, str] = {}
    for single, letter in _VNI_SINGLE.items():
        table |= {single: letter, single.upper(): letter.upper()}
    marked = [(base, mark, tone) for base in "aeouyi" for mark, tone in zip(_VNI_PLAIN, _TONES, strict=True)]
    marked += [(base, mark, tone) for base in "ôö" for mark, tone in zip(_VNI_PLAIN, _TONES, strict=True)]
    for base in "aeo":
        marked.append((base, "â", "\u0302"))
        marked += [(base, mark, f"\u0302{tone}") for mark, tone in zip(_VNI_CIRCUMFLEX, _TONES, strict=True)]
    marked.append(("a", "ê", "\u0306"))
    marked += [("a", mark, f"\u0306{tone}") for mark, tone in zip(_VNI_BREVE, _TONES, strict=True)]
    # A letter finished with its circumflex or breve and the tone typed behind it: "veâø".
    for base, mark, accent in (("a", "â", "\u0302"), ("e", "â", "\u0302"), ("o", "â", "\u0302"), ("a", "ê", "\u0306")):
        marked += [(base, mark + tail, accent + tone) for tail, tone in zip(_VNI_PLAIN, _TONES, strict=True)]
    for base, mark, accents in marked:
        for key in (base, base.upper()):
            letter = unicodedata.normalize("NFC", table.get(key, key) + accents)
            table |= {key + mark: letter, key + mark.upper(): letter}
    return table


def western(content: bytes) -> str:
    """Bytes as Windows-1252 shows them, the five that it has no sign for as control characters."""
    return content.decode("latin-1").translate(_WINDOWS)


def _byte_table(high: str, low: dict[str, str]) -> dict[str, str]:
    """Of an encoding by bytes: each as Latin-1 and as Windows-1252 show it."""
    table = dict(low)
    for byte, letter in enumerate(high, 0x80):
        table[chr(byte)] = letter
        table[_WINDOWS.get(byte, chr(byte))] = letter
    return table


_BYTES = "\x80-\xff" + "".join(_WINDOWS.values())
ENCODINGS = {
    encoding.name: encoding
    for encoding in (
        Encoding("tcvn3", "TCVN3 (ABC, phông .Vn)", _TCVN3, "\xa1-\xff\u2212\u2219\u03bc\u039c"),
        Encoding("vni", "VNI", _vni_table(), "\xa1-\xff"),
        Encoding("viscii", "VISCII", _byte_table(_VISCII_HIGH, _VISCII_LOW), "\x02\x05\x06\x14\x19\x1e" + _BYTES),
        Encoding("vps", "VPS", _byte_table(_VPS_HIGH, _VPS_LOW), "\x02-\x06\x10-\x15\x19\x1c\x1d" + _BYTES),
    )
}
"""Name → encoding."""
