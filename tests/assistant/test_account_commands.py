"""`troly user`, `token`, `access`, `audit`: through the command line, as an administrator types them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.access_commands import app as access_app
from assistant.account_commands import tokens, users
from assistant.accounts import Accounts
from assistant.config import Settings
from vectorstore.account_tables import api_tokens, persons
from vectorstore.audit import note
from vectorstore.catalogue import Catalogue
from vectorstore.errors import AccessGroupError, AccountError

PASSWORD = "mật khẩu đủ dài 2026"


def run(app: Any, data: Path, *words: str, typed: str = "") -> Any:
    return CliRunner().invoke(app, [*words, "--data", str(data)], input=typed)


def rows(result: Any) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def opened(data: Path) -> Accounts:
    return Accounts(Catalogue(data / "catalogue.sqlite3"), Settings(data_dir=data))


def test_a_person_comes_changes_and_goes(tmp_path: Path) -> None:
    added = run(users, tmp_path, "add", "Lan.Nguyễn", "--role", "librarian", "--groups", "Van-Phong, kế hoạch",
                typed=f"{PASSWORD}\n")  # fmt: skip
    assert added.exit_code == 0, added.output
    (person,) = rows(run(users, tmp_path, "list", "--json"))
    assert (person["name"], person["role"], person["groups"], person["password"]) == (
        "lan.nguyễn", "librarian", ["van-phong", "kế hoạch"], True,
    )  # fmt: skip
    accounts = opened(tmp_path)
    assert accounts.verified("LAN.nguyễn", PASSWORD) and not accounts.verified("lan.nguyễn", PASSWORD + "x")
    assert run(users, tmp_path, "password", "lan.nguyễn", typed="một mật khẩu khác\n").exit_code == 0
    assert not accounts.verified("lan.nguyễn", PASSWORD) and accounts.verified("lan.nguyễn", "một mật khẩu khác")
    assert run(users, tmp_path, "role", "lan.nguyễn", "reader", "--groups", "").exit_code == 0
    (person,) = rows(run(users, tmp_path, "list", "--json"))
    assert (person["role"], person["groups"]) == ("reader", [])
    assert run(users, tmp_path, "remove", "lan.nguyễn").exit_code == 0
    assert rows(run(users, tmp_path, "list", "--json")) == []


@pytest.mark.parametrize(
    ("words", "typed", "error"),
    [
        (("add", "lan"), "ngắn\n", AccountError), (("add", "lan", "--role", "vua"), PASSWORD, AccountError),
        (("add", "\x07"), PASSWORD, AccountError), (("add", "lan", "--groups", "a'b"), PASSWORD, AccessGroupError),
        (("remove", "lan"), "", AccountError), (("role", "lan", "reader"), "", AccountError),
    ],
)  # fmt: skip
def test_what_is_not_taken(tmp_path: Path, words: tuple[str, ...], typed: str, error: type[Exception]) -> None:
    assert isinstance(run(users, tmp_path, *words, typed=typed).exception, error)
    assert rows(run(users, tmp_path, "list", "--json")) == []


def test_no_password_is_an_option() -> None:
    import typer

    for command in typer.main.get_command(users).commands.values():  # type: ignore[attr-defined]
        assert not any("password" in name and not parameter.is_flag for parameter in command.params
                       for name in parameter.opts if name.startswith("--"))  # fmt: skip


def test_nothing_that_logs_in_is_kept_in_the_clear(tmp_path: Path) -> None:
    run(users, tmp_path, "add", "lan", typed=f"{PASSWORD}\n")
    made = run(tokens, tmp_path, "create", "máy chủ trang nội bộ", "--scopes", "ask", "--days", "30")
    secret = made.stdout.strip().splitlines()[-1]
    assert re.fullmatch(r"troly_[\w-]{43}", secret)
    with Catalogue(tmp_path / "catalogue.sqlite3").connect() as connection:
        kept = f"{connection.execute(persons.select()).all()} {connection.execute(api_tokens.select()).all()}"
    assert "$argon2id$" in kept and PASSWORD not in kept and secret not in kept


def test_tokens(tmp_path: Path) -> None:
    made = run(tokens, tmp_path, "create", "máy", "--scopes", "read,ask", "--groups", "van-phong")
    secret = made.stdout.strip().splitlines()[-1]
    (token,) = rows(run(tokens, tmp_path, "list", "--json"))
    assert (token["scopes"], token["groups"]) == (["ask", "read"], ["van-phong"]) and secret not in str(token)
    viewer = opened(tmp_path).of_token(secret)
    assert viewer is not None and viewer.scopes == {"ask", "read"} and viewer.sight.groups == {"van-phong"}
    assert run(tokens, tmp_path, "revoke", token["id"][:8]).exit_code == 0
    assert opened(tmp_path).of_token(secret) is None
    assert isinstance(run(tokens, tmp_path, "create", "x", "--scopes", "all").exception, AccountError)
    assert isinstance(run(tokens, tmp_path, "revoke", "").exception, AccountError)


def test_access_of_what_is_not_there(tmp_path: Path) -> None:
    result = run(access_app, tmp_path, "set", "99/BC-UBND", "--groups", "a")
    assert result.exit_code == 2 and "99/BC-UBND" in result.output
    assert run(access_app, tmp_path, "set", str(tmp_path), "--groups", "a").exit_code == 0
    assert rows(run(access_app, tmp_path, "list", "--json")) == [{"rule": str(tmp_path), "groups": ["a"]}]


def test_the_audit(tmp_path: Path) -> None:
    from assistant.cli import app

    catalogue = Catalogue(tmp_path / "catalogue.sqlite3")
    note(catalogue, "person:1", "lan", "ask", "Kinh phí?")
    note(catalogue, "person:2", "thu", "see", "d 1")
    assert [row["what"] for row in rows(run(app, tmp_path, "audit", "--json"))] == ["Kinh phí?", "d 1"]
    assert [row["act"] for row in rows(run(app, tmp_path, "audit", "--name", "thu", "--json"))] == ["see"]
    assert rows(run(app, tmp_path, "audit", "--since", "2999-01-01", "--json")) == []
    assert run(app, tmp_path, "audit", "--forget-days", "0").exit_code == 0
    assert rows(run(app, tmp_path, "audit", "--json")) == []
    catalogue.close()
