"""A server with log-ins over a small real library, and the people who come to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.accounts import Accounts
from assistant.config import Settings
from assistant.kept_conversations import KeptConversations
from assistant.library_desk import LibraryDesk
from assistant.service import Assistant
from assistant.web.app import create_app
from assistant.web.auth.viewing import Access
from vectorstore.access import set_groups
from vectorstore.library import Library

HOST = "http://testserver"
PASSWORD = "một mật khẩu dài 2026"
OPEN = (
    "ỦY BAN NHÂN DÂN TỈNH SÔNG LAM\nSố: 12/QĐ-UBND\nSông Lam, ngày 05 tháng 3 năm 2024\n\nQUYẾT ĐỊNH\n"
    "Về việc phê duyệt đề án chiếu sáng công cộng\n\n"
    "Điều 1. Phê duyệt đề án chiếu sáng công cộng. Kinh phí thực hiện là 5 tỷ đồng.\n"
)
CLOSED = (
    "ỦY BAN NHÂN DÂN TỈNH SÔNG LAM\nSố: 99/BC-UBND\nSông Lam, ngày 17 tháng 6 năm 2024\n\nBÁO CÁO\n"
    "Về tình hình chiếu sáng công cộng Thượng Nguồn\n\n"
    "Quyết định số 12/QĐ-UBND ngày 05/3/2024 đã hoàn thành ngày 11/6/2024 với 7.431 bộ đèn.\n"
    "Kế hoạch số 4711/KH-UBND ngày 02/02/2023 của UBND tỉnh Sông Lam đang triển khai tại Thượng Nguồn.\n"
)
SECRETS = ("99/BC-UBND", "99|BC|UBND", "4711", "7.431", "Thượng Nguồn", "11/6/2024", "2024-06-11", "bao-cao-kin")
"""What stands in the closed document alone."""


@dataclass(frozen=True)
class Gated:
    """The server and what it stands on."""

    app: FastAPI
    access: Access
    library: Library
    hidden: str
    """Id of the closed document."""
    shown: str

    @property
    def accounts(self) -> Accounts:
        return self.access.accounts

    def visitor(self, **options: Any) -> TestClient:
        return TestClient(self.app, base_url=HOST, follow_redirects=False, **options)

    def inside(self, name: str, password: str = PASSWORD) -> TestClient:
        """Somebody's browser after the log-in."""
        client = self.visitor()
        reply = log_in(client, name, password)
        assert reply.status_code == 303, reply.text
        client.get("/account", headers={"Accept": "text/html"})
        return client

    def program(self, *scopes: str, groups: tuple[str, ...] = ()) -> TestClient:
        secret, _ = self.accounts.new_token("máy", scopes, groups)
        return self.visitor(headers={"Authorization": f"Bearer {secret}"})


def word_of(page: str) -> str:
    return re.findall(r'name="csrf" value="([^"]*)"', page)[0]


def log_in(client: TestClient, name: str, password: str, goal: str = "/") -> Any:
    page = client.get("/login", params={"next": goal})
    sent = {"name": name, "password": password, "next": goal, "csrf": word_of(page.text)}
    return client.post("/login", data=sent, headers={"Origin": HOST})


def own(client: TestClient) -> Mapping[str, str]:
    """The headers that a page of ours sends with a change."""
    return {"Origin": HOST, "X-CSRF-Token": client.cookies.get("troly_csrf", "")}


@contextmanager
def gated(folder: Path, embedder: Any, **settings: Any) -> Iterator[Gated]:
    source = folder / "van-ban"
    (source / "kin").mkdir(parents=True)
    (source / "quyet-dinh.txt").write_text(OPEN, encoding="utf-8")
    (source / "kin" / "bao-cao-kin.txt").write_text(CLOSED, encoding="utf-8")
    chosen = Settings(data_dir=folder / "data", **({"auth": "accounts", "uploads": True} | settings))
    with Library.open(chosen.data_dir, embedder=embedder) as library:
        set_groups(library.catalogue, source / "kin", ["van-phong"])
        assert {report.status for report in library.ingest([source])} == {"indexed"}
        access = Access.over(Assistant(library), chosen)
        kept = KeptConversations(access.service, library.catalogue, chosen, access.view)
        by_place = {one.place: one.id for one in library.catalogue.documents()}
        app = create_app(access.whole, chosen, kept, LibraryDesk(access.whole.library, chosen), access)
        yield Gated(app, access, library, by_place["kin/bao-cao-kin.txt"], by_place["quyet-dinh.txt"])
        access.sights.close()
