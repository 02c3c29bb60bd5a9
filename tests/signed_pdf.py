"""PDFs signed here and now, with a certificate of our own."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pypdf import PdfReader, PdfWriter

CHAIRMAN = "Ủy ban nhân dân tỉnh Sông Lam"
CLERK = "Văn thư Sở Nội vụ"


@cache
def signer_of(name: str) -> signers.SimpleSigner:
    """A signer with a new key and a certificate that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Tỉnh Sông Lam"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)),
        signing_key=asn1_keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),
    )


def sign(path: Path, name: str, field: str = "Signature1", password: str = "") -> None:
    """Append a signature to the file at `path`."""
    content = io.BytesIO(path.read_bytes())
    writer = IncrementalPdfFileWriter(content)
    if password:
        writer.encrypt(password)
    signature = signers.PdfSignatureMetadata(field_name=field)
    # pyHanko runs an event loop of its own, which a thread that holds a browser's does not allow.
    with ThreadPoolExecutor(1) as thread:
        signed = thread.submit(signers.sign_pdf, writer, signature, signer=signer_of(name)).result()
    path.write_bytes(signed.getvalue())


def append_text(path: Path, text: str) -> None:
    """Write another text over page 1 as a new version behind the signed one, as an editor does."""
    from pypdf.generic import DecodedStreamObject, NameObject

    writer = PdfWriter(PdfReader(path), incremental=True)
    content = DecodedStreamObject()
    content.set_data(f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode())
    writer.pages[0][NameObject("/Contents")] = writer._add_object(content)
    written = io.BytesIO()
    writer.write(written)
    path.write_bytes(written.getvalue())
