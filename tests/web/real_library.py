"""A small library with the product's own assistant behind the web application, for tests that change what is in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.config import Settings
from assistant.kept_conversations import KeptConversations
from assistant.library_desk import LibraryDesk
from assistant.service import Assistant, open_assistant
from assistant.web.app import create_server


def document(issuer: str, number: str, day: str, kind: str, subject: str, body: str) -> str:
    """A text with the letterhead that the rules of clerical work ask for."""
    title = f"{kind}\n{subject}" if kind else f"V/v {subject}"
    return (
        f"{issuer}          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "          Độc lập - Tự do - Hạnh phúc\n"
        f"Số: {number}          Sông Lam, {day}\n\n{title}\n\n{body}\n"
    )


PLAN = document(
    "ỦY BAN NHÂN DÂN TỈNH SÔNG LAM", "112/KH-UBND", "ngày 15 tháng 3 năm 2024", "KẾ HOẠCH",
    "Số hóa hồ sơ lưu trữ giai đoạn 2024 - 2026",
    "Căn cứ Quyết định số 77/QĐ-UBND ngày 10/01/2024 của UBND tỉnh Sông Lam;\nI. MỤC TIÊU\n"
    "Kinh phí thực hiện là 12,5 tỷ đồng từ ngân sách tỉnh.",
)  # fmt: skip
REPORT = document(
    "SỞ NỘI VỤ", "301/BC-SNV", "ngày 30 tháng 6 năm 2025", "BÁO CÁO", "Sơ kết việc số hóa hồ sơ",
    "Kế hoạch số 112/KH-UBND ngày 15/3/2024 của UBND tỉnh Sông Lam đang triển khai.\n"
    "Quyết định số 77/QĐ-UBND ngày 10/01/2024 của UBND tỉnh Sông Lam đã ban hành.",
)  # fmt: skip
LETTER = document(
    "SỞ TÀI CHÍNH", "845/STC-NS", "ngày 02 tháng 4 năm 2024", "", "bố trí kinh phí",
    "Kính gửi: UBND tỉnh Sông Lam\n\n"
    "Sở Tài chính bố trí 3,2 tỷ đồng cho việc trồng rừng ngập mặn trong năm 2024.",
)  # fmt: skip


@dataclass
class Stage:
    """The application and what is behind it; jobs are worked off by `settle`, and not by a thread."""

    client: TestClient
    desk: LibraryDesk
    assistant: Assistant
    data_dir: Path

    def settle(self) -> None:
        """Work off every job that waits."""
        while self.desk.work_one():
            pass

    def ids(self) -> dict[str, str]:
        """Document ids by place."""
        return {row["file"]: row["document_id"] for row in self.assistant.documents()}


@contextmanager
def real_library(folder: Path, **settings: object) -> Iterator[Stage]:
    """Plan and report in a library below `folder`."""
    sources = folder / "van-ban"
    sources.mkdir(parents=True)
    (sources / "ke-hoach.txt").write_text(PLAN, encoding="utf-8")
    (sources / "bao-cao.txt").write_text(REPORT, encoding="utf-8")
    chosen = Settings(data_dir=folder / "data", **settings)  # type: ignore[arg-type]
    assistant = open_assistant(chosen)
    assistant.library.ingest([sources])
    desk = LibraryDesk(assistant.library, chosen)
    kept = KeptConversations(assistant, assistant.catalogue, chosen)
    app: FastAPI = create_server(assistant, chosen, kept, desk)
    try:
        yield Stage(TestClient(app), desk, assistant, chosen.data_dir)
    finally:
        assistant.close()
