"""Changing the library over the API: uploads, replacements, removals, and the jobs that they are."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from assistant.library_desk import LibraryDesk
from assistant.web.api_schemas import Responses, problem
from assistant.web.cursors import Cursor, make_cursor, read_pair
from assistant.web.library_schemas import DocumentId, JobReply, JobsReply
from assistant.web.owner import owner_of
from assistant.web.permissions import librarians_only
from assistant.web.texts import Texts
from vectorstore.jobs import Job

MAX_FILES = 200
"""Of one upload."""

_ACCEPTED: Responses = {
    202: {
        "model": JobReply,
        "description": "The job that was queued, or the one that was queued for the same request before.",
        "headers": {"Location": {"schema": {"type": "string"}, "description": "Where the job is seen."}},
    }
}
_REFUSED = problem(415, "The body is not multipart/form-data.")
_MISSING = problem(404, "No such document or job.")
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern="^[!-~]+$",
        description="The caller's name for this request: the same key with the same files is the same job.",
    ),
]


def _multipart(field: str, schema: dict[str, Any]) -> dict[str, Any]:
    body = {"type": "object", "properties": {field: schema}, "required": [field]}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": body}}}}


_FILE = {"type": "string", "format": "binary"}
_FILES = _multipart("files", {"type": "array", "minItems": 1, "maxItems": MAX_FILES, "items": _FILE})


def add_library(router: APIRouter, desk: LibraryDesk, allowed: bool, texts: Texts) -> None:
    """Adds the routes to the router of the API; they refuse everyone unless `allowed`."""
    guarded = APIRouter(
        dependencies=[Depends(librarians_only(allowed, texts))], responses=problem(403, "Only librarians may do this.")
    )
    _add_uploads(guarded, desk, texts)
    _add_changes(guarded, desk, texts)
    _add_jobs(guarded, desk, texts)
    router.include_router(guarded)


def _add_uploads(router: APIRouter, desk: LibraryDesk, texts: Texts) -> None:
    # The body is read by hand: a parameter's body would be taken in before the guard is asked.
    @router.post(
        "/documents", status_code=202, responses=_ACCEPTED | _REFUSED, openapi_extra=_FILES, tags=["documents"]
    )
    async def upload(request: Request, idempotency_key: Key = None) -> Response:
        """Takes files in: queues a job that reads them. A file whose content is in already adds nothing."""
        async with _form(request, texts) as form:
            files = [(sent.filename, sent.file) for sent in form.getlist("files") if isinstance(sent, UploadFile)]
            job = await run_in_threadpool(desk.upload, _owner(request), files, idempotency_key)
        return _accepted(request, job)


def _add_changes(router: APIRouter, desk: LibraryDesk, texts: Texts) -> None:
    @router.put(
        "/documents/{document_id}",
        status_code=202,
        responses=_ACCEPTED | _REFUSED | _MISSING,
        openapi_extra=_multipart("file", _FILE),
        tags=["documents"],
    )
    async def replace(document_id: DocumentId, request: Request, idempotency_key: Key = None) -> Response:
        """Puts another content in the place of an uploaded file; the old one stays until the new one is read."""
        async with _form(request, texts) as form:
            sent = form.get("file")
            if not isinstance(sent, UploadFile):
                raise HTTPException(422, texts("problem.no_file"))
            order = (_owner(request), document_id, sent.file, sent.filename, idempotency_key)
            job = await run_in_threadpool(desk.replace, *order)
        return _accepted(request, job)

    @router.delete("/documents/{document_id}", status_code=202, responses=_ACCEPTED | _MISSING, tags=["documents"])
    def remove(document_id: DocumentId, request: Request) -> Response:
        """Takes a document out with every trace of it, the uploaded file too: queues a job."""
        return _accepted(request, desk.remove(_owner(request), document_id))


def _add_jobs(router: APIRouter, desk: LibraryDesk, texts: Texts) -> None:
    @router.get("/jobs", tags=["jobs"])
    def jobs(cursor: Cursor = None, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> JobsReply:
        """What the server was asked to do with the library, the latest first; finished jobs stay for 30 days."""
        total, found = desk.jobs.listed(read_pair(cursor), limit)
        last = make_cursor(found[-1].created_at, found[-1].id) if len(found) == limit else None
        return JobsReply.model_validate({"total": total, "next": last, "jobs": [job.as_json() for job in found]})

    @router.get("/jobs/{job_id}", responses=_MISSING, tags=["jobs"])
    def job(job_id: UUID) -> JobReply:
        """One job: its state, how far it is, how each file fared."""
        found = desk.jobs.get(str(job_id))
        if found is None:
            raise HTTPException(404, texts("problem.no_job"))
        return JobReply.model_validate(found.as_json())


class _form:  # noqa: N801 - used as a function
    """The multipart form of a request, its temporary files closed at the end."""

    def __init__(self, request: Request, texts: Texts) -> None:
        self._request, self._texts = request, texts
        self._form: FormData | None = None

    async def __aenter__(self) -> FormData:
        if not self._request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
            raise HTTPException(415, self._texts("problem.not_multipart"))
        self._form = await self._request.form(max_files=MAX_FILES, max_fields=20)
        return self._form

    async def __aexit__(self, *_: object) -> None:
        if self._form is not None:
            await self._form.close()


def _owner(request: Request) -> str:
    return owner_of(request) or ""


def _accepted(request: Request, job: Job) -> Response:
    prefix = request.scope.get("root_path", "")
    return JSONResponse(job.as_json(), status_code=202, headers={"Location": f"{prefix}/api/v1/jobs/{job.id}"})
