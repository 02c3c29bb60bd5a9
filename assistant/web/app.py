"""The whole web product as one ASGI application, and the server that runs it."""

from __future__ import annotations

import errno
import logging
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from assistant.config import Settings
from assistant.errors import AssistantError
from assistant.kept_conversations import KeptConversations
from assistant.library_desk import LibraryDesk
from assistant.web.api import build_api
from assistant.web.auth.gate import AuthGate
from assistant.web.auth.login import LoginPages
from assistant.web.auth.modes import AuthSettingsError, check_auth
from assistant.web.auth.oidc import Provider
from assistant.web.auth.peers import Forwarded, networks
from assistant.web.auth.rates import Rates
from assistant.web.auth.viewing import Access
from assistant.web.embed import build_embed
from assistant.web.health_page import build_health
from assistant.web.incidents import describe
from assistant.web.metrics import CONTENT_TYPE, Metrics
from assistant.web.offline import keep_offline
from assistant.web.openapi import add_reference
from assistant.web.owner import PersonCookie
from assistant.web.request_ids import log_request_ids
from assistant.web.review_page import build_review
from assistant.web.security import Gatekeeper, problem_response
from assistant.web.service_protocol import Service
from assistant.web.shell import STATIC, PageDresser
from assistant.web.texts import Texts, load_texts
from vectorstore.errors import StoreError

log = logging.getLogger(__name__)

_BARE = {400: "problem.bare_unreadable", 404: "problem.bare_missing", 405: "problem.bare_method"}
"""The refusals of the framework that have a sentence of ours."""


class ServeError(AssistantError):
    """The server cannot listen where it was told to."""


class _StaticForever(StaticFiles):
    """Files whose address carries their version."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        scope: Scope = kwargs.get("scope") or args[2]  # type: ignore[assignment]
        versioned = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "no-cache"
        return response


def create_app(
    service: Service,
    settings: Settings,
    conversations: KeptConversations | None = None,
    desk: LibraryDesk | None = None,
    access: Access | None = None,
) -> FastAPI:
    """Chat at `/`, `/embed`, `/widget.js`, `/api/v1`, `/text-health`, `/review`, `/healthz`, `/readyz`, `/metrics`.

    Args:
        service: the assistant that answers.
        settings: language, root path, the origins that may embed the chat, and whether headers may be confirmed.
        conversations: keeps what is asked and answered; None keeps nothing.
        desk: takes uploads, removals and feedback; None takes none. The caller starts and stops it.
        access: knows who may see what; the assistant is asked through it, and it must be there where people log in.

    Raises:
        AuthSettingsError: people are to log in, and nothing knows them.
    """
    keep_offline(settings.data_dir)
    # Gradio takes seconds to import, and must be imported after the telemetry is off.
    import gradio as gr

    from assistant.web.chat import build_chat
    from assistant.web.theme import build_theme

    metrics = Metrics()
    app = create_server(service, settings, conversations, desk, metrics, access)
    gr.mount_gradio_app(
        app,
        build_chat(_asked(service, access), metrics, settings.language, conversations, by_viewer=access is not None),
        path="/",
        root_path=settings.root_path or None,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        pwa=False,
        favicon_path=str(STATIC / "favicon.svg"),
        theme=build_theme(),
    )
    return app


def create_server(
    service: Service,
    settings: Settings,
    conversations: KeptConversations | None = None,
    desk: LibraryDesk | None = None,
    metrics: Metrics | None = None,
    access: Access | None = None,
) -> FastAPI:
    """Everything but the chat at `/`; see `create_app`."""
    if (settings.auth != "off") != (access is not None) or (access and conversations and not conversations.view):
        raise AuthSettingsError("Đăng nhập đã bật (TROLY_AUTH) nhưng chưa mở được danh sách người dùng.")
    ready, service = service.ready, _asked(service, access)
    texts, metrics = load_texts(settings.language), metrics or Metrics()
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    add_reference(app, texts)
    app.include_router(build_api(service, metrics, texts, settings, conversations, desk))
    app.include_router(build_embed(service, metrics, settings.language, settings.allowed_origins))
    app.include_router(build_health(service, settings.language))
    if settings.review_page:
        app.include_router(build_review(service, settings.language))
    app.mount("/ui", _StaticForever(directory=STATIC), name="ui")
    _add_operation(app, ready, metrics)
    _add_problems(app, texts)
    app.add_middleware(PageDresser, default=settings.language)
    trusted = networks(settings.trusted_proxies)
    if access:
        rates = Rates(settings.requests_per_min)
        provider = Provider(settings) if settings.auth == "oidc" else None
        app.include_router(LoginPages(access, settings, rates, provider).router())
        app.add_middleware(AuthGate, access=access, settings=settings, trusted=trusted, rates=rates)
    elif conversations:
        app.add_middleware(PersonCookie, root_path=settings.root_path)
    app.add_middleware(
        Gatekeeper,
        allowed_origins=settings.allowed_origins,
        texts=texts,
        count=metrics.count_request,
        root_path=settings.root_path,
        review=settings.review_page,
        upload_kb=settings.upload_max_mb * 1024 if settings.uploads else 0,
        login=access is not None,
    )
    app.add_middleware(Forwarded, trusted=trusted)
    return app


def _asked(service: Service, access: Access | None) -> Service:
    """What answers: where people log in, what each of them may see."""
    return access.service if access else service


def _add_operation(app: FastAPI, is_ready: Callable[[], bool], metrics: Metrics) -> None:
    @app.get("/healthz", include_in_schema=False)
    def healthz() -> PlainTextResponse:
        return PlainTextResponse("ok")

    @app.get("/readyz", include_in_schema=False)
    def readyz() -> PlainTextResponse:
        ready = is_ready()
        return PlainTextResponse("ready" if ready else "not ready", status_code=200 if ready else 503)

    @app.get("/metrics", include_in_schema=False)
    def exposition() -> Response:
        return Response(metrics.exposition(), media_type=CONTENT_TYPE)


def _add_problems(app: FastAPI, texts: Texts) -> None:
    def respond(request: Request, status: int, title: str, detail: str) -> Response:
        return problem_response(status, title, detail, _id_of(request))

    async def known(request: Request, error: Exception) -> Response:
        incident = describe(error, texts)
        return respond(request, incident.status, incident.title, incident.detail)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        # Where and why, without the value: it may be somebody's question.
        errors = [{"where": ".".join(map(str, item["loc"])), "detail": item["msg"]} for item in error.errors()]
        lines = "; ".join(f"{item['where']}: {item['detail']}" for item in errors)
        return problem_response(422, texts("problem.invalid"), lines, _id_of(request), errors)

    async def plain(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        title = {404: "problem.not_found", 405: "problem.method"}.get(error.status_code, "problem.refused")
        # What Starlette says of itself is the bare name of the status.
        bare = error.detail == HTTPStatus(error.status_code).phrase or error.status_code == 400
        detail = texts(_BARE[error.status_code]) if bare and error.status_code in _BARE else error.detail
        response = respond(request, error.status_code, texts(title), str(detail))
        response.headers.update(error.headers or {})
        return response

    for kind in (AssistantError, StoreError):
        app.add_exception_handler(kind, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, plain)


def _id_of(request: Request) -> str | None:
    return getattr(request.state, "request_id", None)


def open_socket(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one.

    Raises:
        ServeError: the address is taken or is not of this machine.
    """
    texts = load_texts("vi")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        reason = errno.errorcode.get(error.errno or 0, str(error))
        raise ServeError(texts("problem.address_in_use", port=port, host=host, reason=reason)) from error
    return listener


def _warm(service: Service) -> None:
    try:
        service.ready()
    except (AssistantError, StoreError):
        log.warning("the library is not ready", exc_info=True)


def serve(
    settings: Settings,
    service: Service,
    conversations: KeptConversations | None = None,
    desk: LibraryDesk | None = None,
    announce: Callable[[str], None] = log.info,
    access: Access | None = None,
) -> None:
    """Serves until it is told to stop; running answers are finished first.

    Args:
        settings: host, port, root path and the rest.
        service: the assistant that answers.
        conversations: keeps what is asked and answered; None keeps nothing.
        desk: takes uploads, removals and feedback; works as long as the server runs.
        announce: called with the address once the socket is bound.
        access: knows who may see what, where people log in.

    Raises:
        AuthSettingsError: the settings would let anybody in.
        ServeError: the address cannot be opened.
    """
    import uvicorn

    check_auth(settings)
    with closing(open_socket(settings.host, settings.port)) as listener:
        # Indexes and embedder open while Gradio is imported: neither waits for the other.
        threading.Thread(target=_warm, args=(service,), daemon=True).start()
        app = create_app(service, settings, conversations, desk, access)
        config = uvicorn.Config(
            app,
            log_level=settings.log_level.lower(),
            access_log=False,
            server_header=False,
            # Who is at the other end is decided by `Forwarded`, out of the connection's own address.
            proxy_headers=False,
            ws="none",
            # Open tabs hold a connection for as long as they live; running answers take less than this.
            timeout_graceful_shutdown=5,
        )
        shown = f"[{settings.host}]" if ":" in settings.host else settings.host
        announce(f"http://{shown}:{listener.getsockname()[1]}{settings.root_path}/")
        log_request_ids()
        if desk and settings.uploads:
            desk.start()
        try:
            uvicorn.Server(config).run(sockets=[listener])
        finally:
            if desk:
                desk.stop()
