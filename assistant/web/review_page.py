"""The page on which a person confirms number and day of scans: each letterhead's picture beside a small form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from assistant.errors import UnknownDocumentError
from assistant.models import Language
from assistant.review import ReviewedHeader
from assistant.web.auth.cookies import csrf_word
from assistant.web.incidents import describe
from assistant.web.markup import escape, show_date
from assistant.web.service_protocol import Service
from assistant.web.shell import versioned
from assistant.web.texts import Texts, choose_language, load_texts
from prompts import sentences
from vectorstore.errors import LibraryBusyError, StoreError, UnknownNumberError
from vectorstore.review import FILE_NAME, SIGNED_AT, STAMP

_FORM = "application/x-www-form-urlencoded"
_DAY = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})")
_FIRST_YEAR = 1945
"""Of the state whose documents these are."""
_ON_A_PAGE = 20
_SOURCES = {FILE_NAME: "file_name", SIGNED_AT: "signed_at", STAMP: "stamp"}
_NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person sent, as it was typed."""

    document_id: str
    number: str
    date: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why what was typed is not taken; it stands in the form again."""

    typed: Typed
    status: int
    message: str
    field: str = ""
    """`number` or `date`, where one of them is wrong."""


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows besides the headers."""

    texts: Texts
    page: int = 1
    """From 1."""
    done: str = ""
    """Id of the document that was just confirmed."""
    refusal: Refusal | None = None
    csrf: str = ""
    """What a form must bring back; empty where nobody logs in."""
    told: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "told", sentences(self.texts.language, "review"))


async def _typed(request: Request) -> Typed:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise HTTPException(415, _FORM)
    sent = parse_qs((await request.body()).decode("utf-8", "replace"))
    document_id, number, day = (sent.get(name, [""])[0].strip() for name in ("document_id", "number", "date"))
    return Typed(document_id, number, day)


def build_review(service: Service, default: Language) -> APIRouter:
    """`/review` and `/review/<document_id>.png`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/review")
    def page(
        request: Request,
        lang: Annotated[str | None, Query()] = None,
        page: Annotated[int, Query(ge=1)] = 1,
        done: Annotated[str, Query()] = "",
    ) -> HTMLResponse:
        view = View(load_texts(choose_language(lang, default)), page, done, csrf=csrf_word(request))
        return HTMLResponse(review_page(service.headers_for_review(), view), headers=_NO_STORE)

    @router.post("/review")
    def confirm(
        request: Request,
        typed: Annotated[Typed, Depends(_typed)],
        lang: Annotated[str | None, Query()] = None,
        page: Annotated[int, Query(ge=1)] = 1,
    ) -> Response:
        texts = load_texts(choose_language(lang, default))
        refusal = _take(service, typed, texts)
        if refusal is None:
            address = f"./review?lang={texts.language}&page={page}&done={typed.document_id}"
            return RedirectResponse(address, status_code=303)
        shown = review_page(service.headers_for_review(), View(texts, page, refusal=refusal, csrf=csrf_word(request)))
        return HTMLResponse(shown, status_code=refusal.status, headers=_NO_STORE)

    @router.get("/review/{document_id}.png")
    def picture(document_id: str) -> Response:
        try:
            return Response(service.letterhead(document_id), media_type="image/png", headers=_NO_STORE)
        except OSError as error:
            raise HTTPException(404) from error

    return router


def _take(service: Service, typed: Typed, texts: Texts) -> Refusal | None:
    """Confirm what was typed; None where it was taken."""
    told = sentences(texts.language, "review")["error"]
    header = next((one for one in service.headers_for_review() if one.document_id == typed.document_id), None)
    if header is None:
        return Refusal(typed, 404, told["unknown"])
    doubted = {doubt.field for doubt in header.doubts}
    # What the form showed already, and nobody changed, is not what a person confirms.
    number = typed.number if "number" in doubted or typed.number != (header.number or "") else ""
    written = typed.date if "date" in doubted or typed.date != show_date(header.date) else ""
    if not (number or written):
        return Refusal(typed, 422, told["nothing"], "number" if not doubted or "number" in doubted else "date")
    day = _day(written)
    if written and day is None:
        return Refusal(typed, 422, told["date"], "date")
    try:
        service.confirm_header(typed.document_id, number or None, day)
    except UnknownNumberError:
        return Refusal(typed, 422, told["number"], "number")
    except UnknownDocumentError:
        return Refusal(typed, 404, told["unknown"])
    except LibraryBusyError:
        return Refusal(typed, 503, told["busy"])
    except StoreError as error:
        incident = describe(error, texts)
        return Refusal(typed, incident.status, incident.detail)
    return None


def _day(written: str) -> date | None:
    """A day as Vietnamese administration writes it; None for what is none, or still to come."""
    found = _DAY.fullmatch(written)
    if found is None:
        return None
    try:
        day = date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None
    return day if day.year >= _FIRST_YEAR and day <= date.today() else None


# --------------------------------------------------------------------- markup


def review_page(headers: Sequence[ReviewedHeader], view: View) -> str:
    """Those that wait, a page at a time, and those that were confirmed, to be corrected."""
    told, texts = view.told["page"], view.texts
    waiting = [header for header in headers if header.waits]
    confirmed = [header for header in headers if not header.waits]
    pages = max(1, -(-len(waiting) // _ON_A_PAGE))
    at = min(view.page, pages)
    shown = waiting[(at - 1) * _ON_A_PAGE : at * _ON_A_PAGE]
    lead = told["lead"].format(count=len(waiting)) if waiting else told["nothing"]
    title = escape(told["title"])
    return (
        f'<!doctype html><html lang="{texts.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title} · {escape(texts('product.name'))}</title>"
        f'<link rel="icon" href="{versioned("favicon.svg")}">'
        + "".join(
            f'<link rel="stylesheet" href="{versioned(name)}">' for name in ("troly.css", "tables.css", "review.css")
        )
        + f'<script src="{versioned("theme.js")}"></script></head><body>'
        f'<header class="th-head"><h1>{title}</h1><nav><a href="./?lang={texts.language}">{escape(told["back"])}</a>'
        f"</nav></header><main>{_notice(headers, [*shown, *confirmed], view)}<p>{escape(lead)}</p>"
        + "".join(_card(header, view, at) for header in shown)
        + _pager(at, pages, view)
        + _confirmed(confirmed, view, at)
        + "</main></body></html>"
    )


def _notice(headers: Sequence[ReviewedHeader], shown: Sequence[ReviewedHeader], view: View) -> str:
    """What came of the form that was sent, less what stands beside its field."""
    if view.refusal is not None:
        beside = view.refusal.field and any(one.document_id == view.refusal.typed.document_id for one in shown)
        return "" if beside else _alert(view.refusal)
    done = next((header for header in headers if header.document_id == view.done), None)
    if done is None:
        return ""
    told = view.told["page"]
    said = told["done"].format(
        file=done.file, number=done.number or told["none"], date=show_date(done.date) or told["none"]
    )
    return f'<p class="rv-notice rv-done" role="status">{escape(said)}</p>'


def _alert(refusal: Refusal) -> str:
    return f'<p class="rv-notice rv-error" role="alert" id="rv-error">{escape(refusal.message)}</p>'


def _pager(at: int, pages: int, view: View) -> str:
    if pages == 1:
        return ""
    told = view.told["page"]
    links = [
        f'<a href="./review?lang={view.texts.language}&amp;page={there}">{escape(told[name])}</a>'
        for name, there in (("before", at - 1), ("after", at + 1))
        if 1 <= there <= pages
    ]
    return f'<nav class="rv-pager" aria-label="{escape(told["pages"])}">{at}/{pages} {" ".join(links)}</nav>'


def _confirmed(headers: Sequence[ReviewedHeader], view: View, at: int) -> str:
    if not headers:
        return ""
    wrong = view.refusal.typed.document_id if view.refusal else None
    opened = " open" if any(header.document_id == wrong for header in headers) else ""
    summary = view.told["page"]["confirmed"].format(count=len(headers))
    cards = "".join(_card(header, view, at) for header in headers)
    return f'<details class="rv-confirmed"{opened}><summary>{escape(summary)}</summary>{cards}</details>'


def _card(header: ReviewedHeader, view: View, at: int) -> str:
    """One scan: picture, what was read, hints, form."""
    told, name = view.told["card"], f"h-{escape(header.document_id)}"
    picture = f"./review/{escape(header.document_id)}.png"
    alternative = escape(told["picture"].format(file=header.file))
    return (
        f'<article class="rv-card" aria-labelledby="{name}"><h2 id="{name}">{escape(header.file)}</h2>'
        f'<a class="rv-picture" href="{picture}"><img src="{picture}" alt="{alternative}" loading="lazy"></a>'
        f'<div class="rv-side">{_read(header, view)}{_hints(header, view)}{_form(header, view, at)}</div></article>'
    )


def _read(header: ReviewedHeader, view: View) -> str:
    told = view.told["card"]
    lines = [
        told["read" if doubt.read else "unread"].format(
            field=told[doubt.field], read=doubt.read, confidence=round(100 * doubt.confidence)
        )
        for doubt in header.doubts
    ]
    return "".join(f'<p class="rv-read">{escape(line)}</p>' for line in lines)


def _hints(header: ReviewedHeader, view: View) -> str:
    if not header.hints:
        return ""
    items = "".join(
        f"<li>{escape(hint.text)} <span>({escape(_source(hint.source, view))})</span></li>" for hint in header.hints
    )
    return f'<p class="rv-hints">{escape(view.told["card"]["hints"])}</p><ul class="rv-hints">{items}</ul>'


def _source(source: str, view: View) -> str:
    return str(view.told["source"][_SOURCES[source]]) if source in _SOURCES else source


def _form(header: ReviewedHeader, view: View, at: int) -> str:
    told = view.told["card"]
    doubted = {doubt.field for doubt in header.doubts}
    again = view.refusal if view.refusal and view.refusal.typed.document_id == header.document_id else None
    # A doubtful reading in the form would be sent unread.
    number = again.typed.number if again else "" if "number" in doubted else header.number or ""
    day = again.typed.date if again else "" if "date" in doubted else show_date(header.date)
    return (
        f'<form aria-labelledby="h-{escape(header.document_id)}" method="post" '
        f'action="./review?lang={view.texts.language}&amp;page={at}">'
        f'<input type="hidden" name="csrf" value="{escape(view.csrf)}">'
        f'<input type="hidden" name="document_id" value="{escape(header.document_id)}">'
        + _input("number", number, header, told, again)
        + _input("date", day, header, told, again)
        + f'<button type="submit">{escape(told["confirm" if header.waits else "correct"])}</button></form>'
    )


def _input(name: str, value: str, header: ReviewedHeader, told: Mapping[str, str], again: Refusal | None) -> str:
    place = f"{name}-{escape(header.document_id)}"
    wrong = again is not None and again.field == name
    faulty = ' aria-invalid="true" aria-describedby="rv-error" autofocus' if wrong else ""
    return (
        f'<p><label for="{place}">{escape(told[f"{name}_label"])}</label>'
        f'<input id="{place}" name="{name}" value="{escape(value)}" maxlength="80" autocomplete="off" '
        f'spellcheck="false"{faulty}></p>{_alert(again) if again and wrong else ""}'
    )
