"""The pages of log-in and account: no script, and nothing of what was typed but the name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.accounts import Viewer
from assistant.models import Language
from assistant.web.auth.cookies import CSRF_FIELD
from assistant.web.markup import escape
from assistant.web.shell import versioned
from assistant.web.texts import load_texts
from prompts import sentences

_OTHER: dict[Language, Language] = {"vi": "en", "en": "vi"}


def login_page(language: Language, mode: str, goal: str, word: str, name: str = "", problem: str = "") -> str:
    """The form, or the link to the organisation's own log-in.

    Args:
        language: of the page.
        mode: `accounts` or `oidc`.
        goal: where to go afterwards, a path of this server.
        word: what the form must bring back.
        name: as it was typed before.
        problem: the name of a sentence of `[login]`; empty for none.
    """
    told = sentences(language, "access")["login"]
    alert = f'<p class="au-error" role="alert" id="au-error">{escape(told[problem])}</p>' if problem else ""
    body = _link(told, goal) if mode == "oidc" else _form(told, goal, word, name, language, bool(problem))
    other = f'<a href="./login?lang={_OTHER[language]}&amp;next={escape(_quoted(goal))}" lang="{_OTHER[language]}">'
    lead = f"<p>{escape(told['lead'])}</p>"
    return _page(language, told["title"], f"{lead}{alert}{body}<p>{other}{escape(told['other_language'])}</a></p>")


def _form(told: Mapping[str, str], goal: str, word: str, name: str, language: Language, wrong: bool) -> str:
    faulty = ' aria-invalid="true" aria-describedby="au-error"' if wrong else ""
    return (
        f'<form method="post" action="./login?lang={language}">'
        f'<input type="hidden" name="{CSRF_FIELD}" value="{escape(word)}">'
        f'<input type="hidden" name="next" value="{escape(goal)}">'
        f'<p><label for="au-name">{escape(told["name"])}</label>'
        f'<input id="au-name" name="name" value="{escape(name)}" maxlength="120" autocomplete="username" required'
        f' autocapitalize="none" spellcheck="false"{faulty}{"" if name else " autofocus"}></p>'
        f'<p><label for="au-password">{escape(told["password"])}</label>'
        f'<input id="au-password" name="password" type="password" maxlength="256" autocomplete="current-password"'
        f" required{faulty}{' autofocus' if name else ''}></p>"
        f'<button type="submit">{escape(told["submit"])}</button></form>'
    )


def _link(told: Mapping[str, str], goal: str) -> str:
    address = f"./login/start?next={escape(_quoted(goal))}"
    return f'<p><a class="au-outside" href="{address}">{escape(told["outside"])}</a></p>'


def account_page(language: Language, viewer: Viewer, word: str, may_log_out: bool) -> str:
    """Who is logged in, what they may see, and the button that ends it."""
    told, roles = sentences(language, "access")["account"], sentences(language, "access")["role"]
    if viewer.sight.everything:
        seen = told["everything"]
    elif viewer.sight.groups:
        seen = told["groups"].format(groups=", ".join(sorted(viewer.sight.groups)))
    else:
        seen = told["no_groups"]
    lines = [told["who"].format(name=viewer.name)]
    lines += [told["role"].format(role=roles[viewer.role])] if viewer.role in roles else []
    button = (
        f'<form method="post" action="./logout"><input type="hidden" name="{CSRF_FIELD}" value="{escape(word)}">'
        f'<button type="submit">{escape(told["logout"])}</button></form>'
    )
    body = "".join(f"<p>{escape(line)}</p>" for line in (*lines, seen))
    back = f'<p><a href="./?lang={language}">{escape(told["back"])}</a></p>'
    return _page(language, told["title"], body + (button if may_log_out else "") + back)


def _page(language: Language, title: Any, body: str) -> str:
    name = escape(load_texts(language)("product.name"))
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(str(title))} · {name}</title>"
        f'<link rel="icon" href="{versioned("favicon.svg")}"><link rel="stylesheet" href="{versioned("troly.css")}">'
        f'<link rel="stylesheet" href="{versioned("login.css")}"></head>'
        f'<body class="au-body"><main class="au-card"><p class="au-product">{name}</p><h1>{escape(str(title))}</h1>'
        f"{body}</main></body></html>"
    )


def _quoted(goal: str) -> str:
    from urllib.parse import quote

    return quote(goal, safe="")
