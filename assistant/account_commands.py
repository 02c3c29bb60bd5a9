"""`troly user …` and `troly token …`: who may use the server. Calls only; a password is never an argument."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.command_line import AsJson, Data, print_json, settings_of, stop

if TYPE_CHECKING:
    from assistant.accounts import Accounts

users = typer.Typer(no_args_is_help=True, help="Người dùng của máy chủ. / The people who may log in.")
tokens = typer.Typer(no_args_is_help=True, help="Mã truy cập của chương trình. / Tokens of programs.")

Name = Annotated[str, typer.Argument(help="The name that the person logs in with.")]
Role = Annotated[str, typer.Option(help="reader, librarian or administrator.")]
Groups = Annotated[str, typer.Option(help="Access groups, separated by commas.")]


@contextmanager
def _accounts(data: Path | None) -> Iterator[Accounts]:
    from assistant.accounts import Accounts
    from vectorstore.library import Library

    settings = settings_of(data)
    with Library(settings.data_dir, settings.database_url) as library:
        yield Accounts(library.catalogue, settings)


def split_groups(given: str) -> tuple[str, ...]:
    """`a, b` as names of groups."""
    from vectorstore.access import group_names

    return group_names(filter(str.strip, given.split(",")))


def _password() -> str:
    """Asked for twice at a terminal; else the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Mật khẩu: ")
    if getpass.getpass("Nhập lại mật khẩu: ") != first:
        stop("Hai lần nhập không giống nhau. Xin chạy lại lệnh.")
    return first


@users.command()
def add(
    name: Name,
    role: Role = "reader",
    groups: Groups = "",
    no_password: Annotated[
        bool, typer.Option("--no-password", help="For people who log in elsewhere (header, oidc).")
    ] = False,
    data: Data = None,
) -> None:
    """Enter a person; the password is asked for, or read from standard input."""
    from assistant.accounts import checked_role, person_name

    with _accounts(data) as accounts:
        named, chosen, seen = person_name(name), checked_role(role), split_groups(groups)
        hashed = None if no_password else accounts.hashed(_password())
        accounts.people.add(named, hashed, chosen, seen)
    typer.echo(f"Đã thêm người dùng “{named}”.", err=True)


@users.command("list")
def list_users(data: Data = None, as_json: AsJson = False) -> None:
    """Print everybody with role and groups."""
    with _accounts(data) as accounts:
        for person in accounts.people.persons():
            row = {
                "name": person.name, "role": person.role, "groups": list(person.groups),
                "password": person.password_hash is not None, "created_at": person.created_at,
            }  # fmt: skip
            if as_json:
                print_json(row)
            else:
                typer.echo(f"{person.name}\t{person.role}\t{', '.join(person.groups)}")


@users.command()
def remove(name: Name, data: Data = None) -> None:
    """Take a person out; every log-in of theirs ends."""
    from assistant.accounts import person_name

    with _accounts(data) as accounts:
        accounts.people.remove(person_name(name))
    typer.echo(f"Đã xóa người dùng “{name}”.", err=True)


@users.command()
def password(name: Name, data: Data = None) -> None:
    """Give a person another password; every log-in of theirs ends."""
    from assistant.accounts import person_name

    with _accounts(data) as accounts:
        accounts.people.change(person_name(name), password_hash=accounts.hashed(_password()))
    typer.echo(f"Đã đổi mật khẩu của “{name}”.", err=True)


@users.command("role")
def change_role(
    name: Name,
    role: Annotated[str, typer.Argument(help="reader, librarian or administrator.")],
    groups: Annotated[str | None, typer.Option(help="Other access groups, separated by commas.")] = None,
    data: Data = None,
) -> None:
    """Give a person another role, and other groups where they are named."""
    from assistant.accounts import checked_role, person_name

    with _accounts(data) as accounts:
        others = {} if groups is None else {"groups": list(split_groups(groups))}
        accounts.people.change(person_name(name), role=checked_role(role), **others)
    typer.echo(f"Đã đổi vai trò của “{name}”.", err=True)


@tokens.command()
def create(
    label: Annotated[str, typer.Argument(help="What the token is for.")],
    scopes: Annotated[str, typer.Option(help="ask, read, write, admin; separated by commas.")] = "ask,read",
    groups: Groups = "",
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="How long it holds; without end if left out.")
    ] = None,
    data: Data = None,
) -> None:
    """Make a token and print it: it is shown this once."""
    with _accounts(data) as accounts:
        wanted = [scope.strip() for scope in scopes.split(",") if scope.strip()]
        secret, token = accounts.new_token(label, wanted, split_groups(groups), days)
    typer.echo(f"Mã truy cập {token.id[:8]} chỉ hiện một lần này; xin cất giữ:", err=True)
    typer.echo(secret)


@tokens.command("list")
def list_tokens(data: Data = None, as_json: AsJson = False) -> None:
    """Print every token without itself."""
    with _accounts(data) as accounts:
        for token in accounts.people.tokens():
            row = {
                "id": token.id, "label": token.label, "scopes": list(token.scopes), "groups": list(token.groups),
                "created_at": token.created_at, "expires_at": token.expires_at, "used_at": token.used_at,
            }  # fmt: skip
            if as_json:
                print_json(row)
            else:
                ends = token.expires_at or "không hết hạn"
                typer.echo(
                    f"{token.id[:8]}\t{token.label}\t{','.join(token.scopes)}\t{', '.join(token.groups)}\t{ends}"
                )


@tokens.command()
def revoke(
    token_id: Annotated[str, typer.Argument(metavar="ID", help="The id that the list shows, or how it begins.")],
    data: Data = None,
) -> None:
    """Take a token out; it is worth nothing from now on."""
    with _accounts(data) as accounts:
        accounts.people.revoke(token_id)
    typer.echo(f"Đã thu hồi mã truy cập {token_id}.", err=True)
