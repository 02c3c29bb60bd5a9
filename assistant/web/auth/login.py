"""Logging in and out: `/login`, `/login/start`, `/login/callback`, `/account`, `/logout`."""

from __future__ import annotations

import hmac
import logging
import secrets
from typing import Annotated
from urllib.parse import parse_qs, urlsplit, urlunsplit

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from assistant.accounts import person_name
from assistant.config import Settings
from assistant.models import Language
from assistant.web.auth.cookies import CSRF, CSRF_FIELD, FLOW, SESSION, cookie, is_secret
from assistant.web.auth.oidc import Provider, ProviderError
from assistant.web.auth.pages import account_page, login_page
from assistant.web.auth.rates import Rates
from assistant.web.auth.viewing import Access, current_viewer, note
from assistant.web.texts import choose_language
from vectorstore.errors import AccountError

_FORM = "application/x-www-form-urlencoded"
_MOST_FORM = 8 * 1024
_FLOW_SECONDS = 600
_NO_STORE = {"Cache-Control": "no-store"}

log = logging.getLogger(__name__)


def safe_goal(given: str) -> str:
    """Where somebody goes after the log-in: a path of this server, its start for anything else."""
    if not given.startswith("/") or given.startswith("//") or "\\" in given or not given.isprintable():
        return "/"
    try:
        url = urlsplit(given)
    except ValueError:
        return "/"
    if url.scheme or url.netloc or url.path.startswith("//"):
        return "/"
    return urlunsplit(("", "", url.path, url.query, ""))


async def _sent(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise HTTPException(415, _FORM)
    body = await request.body()
    if len(body) > _MOST_FORM:
        raise HTTPException(413)
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


Sent = Annotated[dict[str, str], Depends(_sent)]
Spoken = Annotated[str | None, Query()]
Next = Annotated[str, Query(max_length=2000)]


class LoginPages:
    """The routes of logging in and out.

    Args:
        access: knows persons and log-ins.
        settings: how people log in.
        rates: counts attempts that failed.
        provider: the identity provider, where there is one.
    """

    def __init__(self, access: Access, settings: Settings, rates: Rates, provider: Provider | None) -> None:
        self._access, self._settings, self._rates, self._provider = access, settings, rates, provider
        self._root = settings.root_path.rstrip("/")

    def router(self) -> APIRouter:
        """Those of the settings' mode; none where a proxy logs people in."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/account", self.account, methods=["GET"])
        if self._settings.auth == "header":
            return router
        router.add_api_route("/login", self.page, methods=["GET"])
        router.add_api_route("/logout", self.log_out, methods=["POST"])
        if self._settings.auth == "accounts":
            router.add_api_route("/login", self.log_in, methods=["POST"])
        else:
            router.add_api_route("/login/start", self.start, methods=["GET"])
            router.add_api_route("/login/callback", self.come_back, methods=["GET"])
        return router

    # -------------------------------------------------------------------- pages

    def page(self, request: Request, lang: Spoken = None, next: Next = "/", failed: bool = False) -> Response:
        """The log-in page."""
        problem = "refused" if failed else ""
        return self._shown(request, self._language(lang), safe_goal(next), problem=problem)

    def account(self, request: Request, lang: Spoken = None) -> Response:
        """Who is logged in."""
        word = request.scope["state"].get("csrf", "")
        shown = account_page(self._language(lang), current_viewer(), word, self._settings.auth != "header")
        return HTMLResponse(shown, headers=_NO_STORE)

    def _shown(
        self, request: Request, language: Language, goal: str, name: str = "", problem: str = "", status: int = 200
    ) -> Response:
        given = request.cookies.get(FLOW, "")
        word = given if is_secret(given) else secrets.token_urlsafe(32)
        shown = login_page(language, self._settings.auth, goal, word, name, problem)
        response = HTMLResponse(shown, status_code=status, headers=_NO_STORE)
        if word != given:
            self._set(request, response, FLOW, word)
        return response

    # ----------------------------------------------------------------- accounts

    def log_in(self, request: Request, sent: Sent, lang: Spoken = None) -> Response:
        """Takes a name and a password."""
        language, goal, typed = self._language(lang), safe_goal(sent.get("next", "/")), sent.get("name", "")[:120]
        given = request.cookies.get(FLOW, "")
        word = sent.get(CSRF_FIELD, "")
        if not (is_secret(given) and hmac.compare_digest(word.encode(), given.encode()) and _from_here(request)):
            return self._shown(request, language, goal, typed, "stale", 403)
        try:
            name = person_name(typed)
        except AccountError:
            name = ""
        address = request.client.host if request.client else ""
        if not self._rates.may_try(name, address):
            response = self._shown(request, language, goal, typed, "often", 429)
            response.headers["Retry-After"] = "600"
            return response
        person = self._access.accounts.verified(name, sent.get("password", ""))
        if person is None:
            self._rates.failed(name, address)
            return self._shown(request, language, goal, typed, "wrong", 401)
        secret = self._access.accounts.log_in(person, request.cookies.get(SESSION, ""))
        return self._inside(request, secret, goal)

    # --------------------------------------------------------------------- oidc

    def start(self, request: Request, next: Next = "/") -> Response:
        """Sends the browser to the identity provider."""
        assert self._provider is not None
        address = request.client.host if request.client else ""
        wait = self._rates.wait(f"login {address}", address)
        if wait:
            raise HTTPException(429, headers={"Retry-After": str(wait)})
        try:
            there, flow = self._provider.begin(safe_goal(next))
        except ProviderError as error:
            return self._unvouched(request, error)
        secret = secrets.token_urlsafe(32)
        self._access.accounts.people.begin_flow(secret, flow)
        response = RedirectResponse(there, status_code=303, headers=_NO_STORE)
        self._set(request, response, FLOW, secret, _FLOW_SECONDS)
        return response

    async def come_back(self, request: Request) -> Response:
        """Takes what the identity provider says."""
        return await run_in_threadpool(self._come_back, request)

    def _come_back(self, request: Request) -> Response:
        assert self._provider is not None
        flow = self._access.accounts.people.take_flow(request.cookies.get(FLOW, ""))
        try:
            if flow is None:
                raise ProviderError("flow")
            outsider = self._provider.finish(flow, dict(request.query_params))
            before = request.cookies.get(SESSION, "")
            secret = self._access.accounts.log_in_from_outside(outsider.subject, outsider.name, outsider.groups, before)
        except (ProviderError, AccountError) as error:
            return self._unvouched(request, error)
        return self._inside(request, secret, flow.goal)

    def _unvouched(self, request: Request, error: Exception) -> Response:
        # A name for the reason alone: what came back may hold a person's name, or a code that still counts.
        log.warning(
            "a log-in at the identity provider failed: %s", error if isinstance(error, ProviderError) else "name"
        )
        response = RedirectResponse(f"{self._root}/login?failed=1", status_code=303, headers=_NO_STORE)
        self._set(request, response, FLOW, "")
        return response

    # ---------------------------------------------------------------- in and out

    def _inside(self, request: Request, secret: str, goal: str) -> Response:
        viewer = self._access.accounts.of_session(secret)
        if viewer is not None:
            note(self._access.whole.catalogue, viewer, "login")
        response = RedirectResponse(f"{self._root}{safe_goal(goal)}", status_code=303, headers=_NO_STORE)
        self._set(request, response, SESSION, secret)
        self._set(request, response, FLOW, "")
        return response

    def log_out(self, request: Request) -> Response:
        """Ends the log-in; the next page is that of logging in."""
        note(self._access.whole.catalogue, current_viewer(), "logout")
        self._access.accounts.people.end_session(request.cookies.get(SESSION, ""))
        response = RedirectResponse(f"{self._root}/login", status_code=303, headers=_NO_STORE)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        for name in (SESSION, CSRF):
            self._set(request, response, name, "")
        return response

    def _set(self, request: Request, response: Response, name: str, value: str, seconds: int | None = None) -> None:
        secure = request.url.scheme == "https"
        response.headers.append("set-cookie", cookie(name, value, self._root, secure, seconds=seconds))

    def _language(self, wanted: str | None) -> Language:
        return choose_language(wanted, self._settings.language)


def _from_here(request: Request) -> bool:
    """Whether a form was sent by a page of this server; a browser says so by one header or the other."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site:
        return site == "same-origin"
    return bool(origin) and urlsplit(origin or "").netloc == request.headers.get("host")
