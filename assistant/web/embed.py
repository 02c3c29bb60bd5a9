"""The embeddable chat: a page without framework for an iframe, and the script that puts it on another page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse, HTMLResponse
from starlette.responses import StreamingResponse

from assistant.models import Answer, Language, Turn
from assistant.topics import language_told
from assistant.web import events
from assistant.web.api_schemas import AskBody
from assistant.web.markup import answer_block, escape
from assistant.web.metrics import Metrics
from assistant.web.record_card import record_card
from assistant.web.service_protocol import Service
from assistant.web.shell import STATIC, client_texts, versioned
from assistant.web.texts import Texts, choose_language, load_texts

THEMES = ("auto", "light", "dark")
MAX_EXAMPLES = 3


def build_embed(service: Service, metrics: Metrics, default: Language, allowed_origins: tuple[str, ...]) -> APIRouter:
    """`/embed`, `/embed/ask` and `/widget.js`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/embed")
    def embed(
        lang: str | None = None,
        theme: str = "auto",
        host: str = "",
        q: Annotated[str, Query(max_length=2000)] = "",
    ) -> HTMLResponse:
        language = choose_language(lang, default)
        examples = service.examples(language)[:MAX_EXAMPLES]
        page = embed_page(
            load_texts(language),
            examples=examples,
            empty=not examples and not service.documents(),
            theme=theme if theme in THEMES else "auto",
            # Messages go to this origin and come from it; any other that asks is answered with silence.
            host=host if host in allowed_origins else "",
            opening=q,
        )
        return HTMLResponse(page, headers={"Cache-Control": "no-store"})

    @router.post("/embed/ask")
    def ask(body: AskBody) -> StreamingResponse:
        language = choose_language(body.language, default)
        texts = load_texts(language)
        history = [Turn(turn.role, turn.content) for turn in body.history]

        def present(answer: Answer) -> tuple[Answer, dict[str, object]]:
            card = record_card(answer.record, texts) if answer.record else ""
            html = answer_block(answer, texts, card, asked=body.question if history else None)
            return answer, {"html": html, "text": answer.text}

        arriving = service.stream(body.question, history, language_told(body.question) or language)
        return events.streamed(arriving, texts, metrics, "embed", present)

    @router.get("/widget.js")
    def widget() -> FileResponse:
        return FileResponse(
            Path(STATIC) / "widget.js",
            media_type="text/javascript; charset=utf-8",
            headers={"Cache-Control": "public, max-age=300"},
        )

    return router


def embed_page(texts: Texts, *, examples: list[str], empty: bool, theme: str, host: str, opening: str) -> str:
    """The page in the iframe; everything that varies is an escaped attribute or text."""
    buttons = "".join(
        f'<button type="button" class="tl-example" data-ask="{escape(question)}">{escape(question)}</button>'
        for question in examples
    )
    settings = {"host": host, "opening": opening, "theme": theme, "language": texts.language}
    # Nothing is kept here, so nothing tells of what is kept.
    spoken = {name: text for name, text in client_texts(texts).items() if not name.startswith("history.")}
    lead = f"<p>{escape(texts('welcome.empty_library' if empty else 'welcome.lead'))}</p>"
    return (
        f'<!doctype html><html lang="{texts.language}" data-theme="{theme}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(texts('product.name'))}</title>"
        f'<link rel="icon" href="{versioned("favicon.svg")}">'
        f'<link rel="stylesheet" href="{versioned("troly.css")}">'
        f'<link rel="stylesheet" href="{versioned("embed.css")}">'
        f'<script src="{versioned("theme.js")}"></script><script src="{versioned("csrf.js")}"></script>'
        f'<script defer src="{versioned("page-picture.js")}"></script>'
        f'<script defer src="{versioned("evidence.js")}"></script>'
        f'<script defer src="{versioned("embed.js")}"></script></head>'
        f'<body data-settings="{escape(json.dumps(settings))}" data-texts="{escape(json.dumps(spoken))}">'
        f'<header class="em-head"><h1>{escape(texts("product.name"))}</h1>'
        f'<a class="em-full" href="./?lang={texts.language}" target="_blank" rel="noopener">'
        f"{escape(texts('embed.open_full'))}</a>"
        f'<button type="button" class="em-close" hidden aria-label="{escape(texts("embed.close"))}">×</button></header>'
        f'<main><div id="em-log" role="log" aria-live="polite" aria-label="{escape(texts("chat.log"))}" tabindex="0">'
        f'<section class="em-welcome">{lead}{buttons}</section></div>'
        f'<form id="em-form" autocomplete="off">'
        f'<label class="tl-visually-hidden" for="em-question">{escape(texts("composer.label"))}</label>'
        f'<textarea id="em-question" rows="1" maxlength="2000" placeholder="{escape(texts("composer.placeholder"))}">'
        f"</textarea><button type='submit'>{escape(texts('composer.send'))}</button></form></main>"
        f"<noscript><p>{escape(texts('page.no_script'))}</p></noscript></body></html>"
    )
