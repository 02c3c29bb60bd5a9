"""The report on every file's text as a page of its own, and as a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from assistant.models import Language
from assistant.text_health import COLUMNS, FileHealth, summary, write_health
from assistant.web.markup import escape
from assistant.web.service_protocol import Service
from assistant.web.shell import versioned
from assistant.web.texts import Texts, choose_language, load_texts
from prompts import sentences

_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NUMBERS = frozenset({"pages", "digital", "ocr", "confidence", "private", "broken"})


def build_health(service: Service, default: Language) -> APIRouter:
    """`/text-health` and `/text-health.xlsx`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/text-health")
    def page(lang: Annotated[str | None, Query()] = None) -> HTMLResponse:
        texts = load_texts(choose_language(lang, default))
        return HTMLResponse(health_page(service.text_health(), texts), headers={"Cache-Control": "no-store"})

    @router.get("/text-health.xlsx")
    def spreadsheet(lang: Annotated[str | None, Query()] = None) -> Response:
        file = io.BytesIO()
        write_health(file, service.text_health(), choose_language(lang, default))
        headers = {"Content-Disposition": 'attachment; filename="text-health.xlsx"', "Cache-Control": "no-store"}
        return Response(file.getvalue(), media_type=_SPREADSHEET, headers=headers)

    return router


def health_page(reports: Sequence[FileHealth], texts: Texts) -> str:
    """The table with one row a file; columns that hold nothing for any file are left out."""
    told = sentences(texts.language, "health")
    rows = [report.row(texts.language) for report in reports]
    shown = [name for name in COLUMNS if name in {"file", "status"} or any(row[name] != "" for row in rows)]
    head = "".join(f'<th scope="col">{escape(told["column"][name])}</th>' for name in shown)
    body = "".join(
        f'<tr class="th-{report.state}">{"".join(_cell(name, row[name]) for name in shown)}</tr>'
        for report, row in zip(reports, rows, strict=True)
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if reports else ""
    title = escape(told["page"]["title"])
    return (
        f'<!doctype html><html lang="{texts.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title} · {escape(texts('product.name'))}</title>"
        f'<link rel="icon" href="{versioned("favicon.svg")}">'
        f'<link rel="stylesheet" href="{versioned("troly.css")}">'
        f'<link rel="stylesheet" href="{versioned("tables.css")}">'
        f'<script src="{versioned("theme.js")}"></script></head><body>'
        f'<header class="th-head"><h1>{title}</h1><nav>'
        f'<a href="./?lang={texts.language}">{escape(told["page"]["back"])}</a>'
        f'<a href="./text-health.xlsx?lang={texts.language}" download>{escape(told["page"]["spreadsheet"])}</a>'
        f"</nav></header><main><p>{escape(summary(reports, texts.language))}</p>"
        f'<div class="th-table" role="region" aria-label="{title}" tabindex="0">{table}</div></main></body></html>'
    )


def _cell(name: str, value: str | int) -> str:
    if name == "file":
        return f'<th scope="row">{escape(str(value))}</th>'
    kind = ' class="th-number"' if name in _NUMBERS else ""
    return f"<td{kind}>{escape(str(value))}</td>"
