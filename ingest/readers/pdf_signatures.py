"""Digital signatures of a PDF: who signed, when, and whether what was signed is still as it was.

Only integrity is told. Whether the certificate is to be trusted, or has been revoked, cannot be known on a machine
without a network and without the roots of every authority: nothing here says so.
"""

from __future__ import annotations

import hashlib
import logging
import mmap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.models import DigitalSignature, LaterChange

if TYPE_CHECKING:
    from pyhanko.sign.validation import EmbeddedPdfSignature

_log = logging.getLogger(__name__)

_MOST = 50
"""Signatures looked at: an office signs once to five times, and each costs a comparison of the file's versions."""
_LONGEST_NAME = 200
_UNCHECKED = (
    "Không kiểm tra được {count} chữ ký số trong tệp (chữ ký bị hỏng hoặc thuộc loại chưa hỗ trợ). "
    "Vui lòng mở tệp bằng phần mềm ký số để kiểm tra."
)
_BROKEN = (
    "CHỮ KÝ SỐ KHÔNG TOÀN VẸN: tệp không còn như khi {signer} ký (nội dung đã ký bị sửa hoặc tệp bị ghi lại). "
    "Không nên sử dụng tệp này; vui lòng xin lại tệp gốc của cơ quan ban hành."
)
_CHANGED = (
    "TỆP BỊ SỬA SAU KHI KÝ SỐ: chữ ký của {signer} không bao trùm nội dung hiện có của tệp. "
    "Vui lòng đối chiếu với tệp gốc của cơ quan ban hành."
)


def read_signatures(
    path: Path, password: str = "", stamps: Callable[[], Mapping[str, str]] = dict
) -> tuple[tuple[DigitalSignature, ...], tuple[str, ...]]:
    """The signatures in the order in which they were set, and what a person must be told of them.

    Args:
        path: a PDF that opens.
        password: what opens it, where it asks for one.
        stamps: gives what the fields print on their pages, by name; asked only where there is a signature.
    """
    if not _may_be_signed(path):
        return (), ()
    # The library costs more time to import than a signature to check: only a signed file pays for it.
    from pyhanko.pdf_utils.reader import PdfFileReader

    logging.getLogger("pyhanko").setLevel(logging.ERROR)
    found: list[DigitalSignature] = []
    unchecked = 0
    try:
        with path.open("rb") as stream:
            reader = PdfFileReader(stream, strict=False)
            if reader.encrypted:
                reader.decrypt(password)
            for signature in _embedded(reader):
                if signature is None:
                    unchecked += 1
                else:
                    found.append(signature)
    except _signature_errors():
        _log.info("signatures of %s cannot be read", path.name, exc_info=True)
        unchecked += 1
    if found:
        shown = stamps()
        found = [replace(signature, shown=shown.get(signature.field, "")) for signature in found]
    warnings = [_UNCHECKED.format(count=unchecked)] if unchecked else []
    return tuple(found), (*_alarms(found), *warnings)


def _may_be_signed(path: Path) -> bool:
    """Whether the bytes of a signature stand in the file: their range is never compressed (ISO 32000-1, 12.8.1)."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(b"/ByteRange") >= 0


def _signature_errors() -> tuple[type[Exception], ...]:
    """What pyHanko and what it stands on let through where a signature is malformed."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from pyhanko.pdf_utils.misc import PdfError

    # Its own errors of validation are ValueErrors.
    return (
        PdfError,
        UnsupportedAlgorithm,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        AssertionError,
        NotImplementedError,
        RecursionError,
        ArithmeticError,
        OSError,
    )


def _embedded(reader: Any) -> Iterator[DigitalSignature | None]:
    """Every signature of the file; None for one that cannot be read."""
    from pyhanko.sign.fields import enumerate_sig_fields
    from pyhanko.sign.validation import EmbeddedPdfSignature

    held: list[tuple[int, DigitalSignature]] = []
    in_form = [(name, field) for name, _, field in islice(enumerate_sig_fields(reader, filled_status=True), _MOST)]
    for name, field in in_form or _on_pages(reader):
        try:
            embedded = EmbeddedPdfSignature(reader, field, name)
            held.append((embedded.signed_revision, _checked(embedded)))
        except _signature_errors():
            _log.info("signature %r cannot be read", name, exc_info=True)
            yield None
    yield from (signature for _, signature in sorted(held, key=lambda item: item[0]))


def _on_pages(reader: Any) -> Iterator[tuple[str, Any]]:
    """(name, field) of the signatures that the first pages show though the form does not list them.

    A program that writes a signed file anew, to make it smaller, leaves them behind like this.
    """
    waiting = [reader.root["/Pages"]]
    for _ in range(_MOST):
        if not waiting:
            return
        node = waiting.pop(0).get_object()
        waiting.extend(node.get("/Kids", ()))
        for reference in node.get("/Annots", ()):
            field = reference.get_object()
            if field.get("/FT") == "/Sig" and "/V" in field:
                yield str(field.get("/T", "")), field


def _checked(embedded: EmbeddedPdfSignature) -> DigitalSignature:
    from pyhanko.sign.validation import SignatureCoverageLevel
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    embedded.compute_integrity_info()
    digest, as_enclosed = _digest(embedded)
    content = embedded.signed_data["encap_content_info"]["content_type"].native
    as_signed, genuine = validate_sig_integrity(embedded.signer_info, embedded.signer_cert, content, digest)
    name = embedded.signer_cert.subject.native
    return DigitalSignature(
        kind="timestamp" if content == "tst_info" else "signature",
        signer=_named(name, "common_name") or _named(name, "organization_name") or "",
        organization=_named(name, "organization_name"),
        signed_at=_moment(embedded),
        intact=as_signed and genuine and as_enclosed,
        whole_file=embedded.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        later=_later(embedded),
        field=str(embedded.field_name),
    )


def _digest(embedded: EmbeddedPdfSignature) -> tuple[bytes, bool]:
    """What the signature is of, hashed, and whether what it encloses agrees with the file.

    An ordinary signature is of the file's bytes. A time stamp and the old form `adbe.pkcs7.sha1` enclose the hash of
    those bytes and are of that hash (ISO 32000-1, 12.8.3.3; RFC 3161, 2.4.2).
    """
    enclosed = embedded.signed_data["encap_content_info"]["content"]
    held = enclosed.native if enclosed is not None else None
    if held is None:
        return embedded.compute_digest(), True
    if embedded.sig_object.get("/SubFilter") == "/adbe.pkcs7.sha1":
        agrees = bytes(enclosed) == embedded.compute_digest("sha1")
    else:
        agrees = enclosed.parsed["message_imprint"]["hashed_message"].native == embedded.compute_digest()
    return hashlib.new(embedded.md_algorithm, bytes(enclosed)).digest(), agrees


def _later(embedded: EmbeddedPdfSignature) -> LaterChange:
    """What was done to the file since this signature was set."""
    from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel

    result = embedded.diff_result
    level = result.modification_level if isinstance(result, DiffResult) else ModificationLevel.OTHER
    if level == ModificationLevel.NONE:
        return "none"
    if level == ModificationLevel.LTA_UPDATES:
        return "archival"
    return "fields" if level == ModificationLevel.FORM_FILLING else "other"


def _moment(embedded: EmbeddedPdfSignature) -> datetime | None:
    """When it was signed, as the signer's machine says.

    Both places that tell it are signed. The one in the file names its zone; programs that are common here write the
    time of their clock into the other as if it were UTC, seven hours off and around midnight on another day.
    """
    from pyhanko.pdf_utils.generic import parse_pdf_date

    told: datetime | None = embedded.self_reported_timestamp
    in_file = parse_pdf_date(embedded.sig_object.get("/M", ""), strict=False) if "/M" in embedded.sig_object else None
    if in_file is not None and in_file.tzinfo is not None:
        told = in_file
    if embedded.signed_data["encap_content_info"]["content_type"].native == "tst_info":
        told = embedded.signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    if told is None:
        return None
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


def _named(subject: Any, part: str) -> str | None:
    value = subject.get(part)
    text = value[-1] if isinstance(value, list) else value
    if not text:
        return None
    # A name that turns the direction of writing, or holds control characters, must not change how a line is read.
    printable = "".join(character if character.isprintable() else " " for character in str(text))
    return " ".join(printable.split())[:_LONGEST_NAME] or None


def _alarms(signatures: list[DigitalSignature]) -> list[str]:
    """One sentence a signature that no longer vouches for the file."""
    said = {"broken": _BROKEN, "changed": _CHANGED}
    return list(
        dict.fromkeys(
            said[signature.verdict].format(signer=signature.signer or "người ký")
            for signature in signatures
            if signature.verdict in said
        )
    )
