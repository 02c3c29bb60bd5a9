"""Pages of documents over HTTP: their text, their pictures, and where a quoted stretch stands on them."""

from __future__ import annotations

import dataclasses
from typing import Annotated, get_args

from fastapi import APIRouter, Header, Query
from fastapi import Path as PathParameter
from fastapi.responses import JSONResponse
from starlette.responses import Response

from assistant.citing import cite
from assistant.models import Language
from assistant.signatures import signature_notes
from assistant.web.api_schemas import MAX_TEXT_CHARACTERS, HighlightReply, PageReply, Responses, problem
from assistant.web.library_schemas import DocumentId
from assistant.web.service_protocol import Service
from ingest.page_picture import MEDIA_TYPE

_LAST_PAGE = 1_000_000
_PICTURE: Responses = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}, "description": "The page."},
    304: {"description": "The picture that the caller has is the one of now (`If-None-Match`)."},
    404: {
        **problem(404, "")[404],
        "description": "No such document or page, or it has no picture; the detail says why.",
    },
}
_PRIVATE = "private, no-cache"
"""A browser may keep a picture for itself, and asks each time whether the document is still there to be seen."""

Page = Annotated[int, PathParameter(ge=1, le=_LAST_PAGE)]
Offset = Annotated[int, Query(ge=0, le=100 * MAX_TEXT_CHARACTERS)]


def add_pages(router: APIRouter, service: Service) -> None:
    """`/pages/{document_id}/{page}`, its `/picture` and its `/highlight`."""
    missing = problem(404, "No such document or page.")
    busy = problem(503, "Too many pages are being drawn; ask again a little later.")

    @router.get("/pages/{document_id}/{page}", response_model=PageReply, responses=missing, tags=["documents"])
    def page(
        document_id: DocumentId,
        page: Page,
        section: Annotated[
            str, Query(max_length=300, description="Label of the section that is cited, for `citation`.")
        ] = "",
    ) -> Response:
        """One page's text as kept; citations point into it."""
        view = service.page(document_id, page)
        languages = get_args(Language)
        return JSONResponse(
            {
                **dataclasses.asdict(view),
                "source": view.source.as_json(),
                "signature_notes": {spoken: signature_notes(view.source.signatures, spoken) for spoken in languages},
                "citation": {spoken: cite(view.source, page, section, spoken, view.document) for spoken in languages},
            }
        )

    @router.get(
        "/pages/{document_id}/{page}/picture",
        response_class=Response,
        responses={**_PICTURE, **busy},
        tags=["documents"],
    )
    def picture(
        document_id: DocumentId,
        page: Page,
        if_none_match: Annotated[str | None, Header(include_in_schema=False)] = None,
    ) -> Response:
        """The page as its original shows it, while that holds the content that was taken in."""
        drawn = service.page_picture(document_id, page)
        headers = {"ETag": f'"{drawn.version}"', "Cache-Control": _PRIVATE}
        if if_none_match is not None and headers["ETag"] in if_none_match:
            return Response(status_code=304, headers=headers)
        return Response(drawn.content, media_type=MEDIA_TYPE, headers=headers)

    @router.get("/pages/{document_id}/{page}/highlight", responses={**missing, **busy}, tags=["documents"])
    def highlight(document_id: DocumentId, page: Page, start: Offset, end: Offset) -> HighlightReply:
        """Where a stretch of a page's text stands on its picture; offsets count code points."""
        found = service.highlight(document_id, page, start, end)
        return HighlightReply(
            state=found.state, width=found.width, height=found.height, boxes=[list(box) for box in found.boxes]
        )
