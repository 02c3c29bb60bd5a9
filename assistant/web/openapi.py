"""The OpenAPI document of the API with its examples, and a reference page served by this machine alone."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import swagger_ui_bundle  # type: ignore[import-untyped]
from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from assistant.web.api_examples import EXAMPLES, PROBLEM
from assistant.web.markup import escape
from assistant.web.request_ids import HEADER
from assistant.web.security import PROBLEM_JSON
from assistant.web.texts import Texts

PREFIX = "/api/v1"

_EVERYWHERE = {
    "403": "The calling page's origin is not allowed, or the caller may not do this.",
    "413": "The body is larger than is read.",
    "500": "The server failed; `detail` names an incident.",
    "503": "The library cannot be read or written now.",
}
"""What every operation may answer."""
_ID_HEADER = {"schema": {"type": "string"}, "description": "The id of the request, as in problems and in the log."}
_ID_PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "An id to find the request by: up to 64 letters, digits, `.`, `_` and `-`; another is not taken.",
    "schema": {"type": "string"},
}


def add_reference(app: FastAPI, texts: Texts) -> None:
    """Adds `/api/v1/openapi.json` and `/api/v1/docs`, Swagger UI with every file from this server."""
    folder = Path(swagger_ui_bundle.swagger_ui_path)
    app.mount(f"{PREFIX}/docs/files", StaticFiles(directory=folder), name="api-reference-files")

    @app.get(f"{PREFIX}/openapi.json", include_in_schema=False)
    def openapi(request: Request) -> JSONResponse:
        return JSONResponse(describe_api(app, texts, request.scope.get("root_path", "")))

    @app.get(f"{PREFIX}/docs", include_in_schema=False)
    def reference() -> HTMLResponse:
        return HTMLResponse(
            "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
            "<meta name='viewport' content='width=device-width, initial-scale=1'>"
            f"<title>{escape(texts('product.name'))} · API</title>"
            "<link rel='icon' href='../../ui/favicon.svg'>"
            "<link rel='stylesheet' href='docs/files/swagger-ui.css'></head><body><div id='reference'></div>"
            "<script src='docs/files/swagger-ui-bundle.js'></script><script src='../../ui/reference.js'></script>"
            "</body></html>"
        )


def describe_api(app: FastAPI, texts: Texts, root_path: str = "") -> dict[str, Any]:
    """The OpenAPI document, 3.0.3: what the bundled reference page reads."""
    document = get_openapi(
        title=texts("product.name"),
        version=version("troly"),
        openapi_version="3.0.3",
        description=texts("product.description"),
        routes=app.routes,
        servers=[{"url": root_path or "/"}],
    )
    document["components"]["schemas"] = {
        name: schema for name, schema in document["components"]["schemas"].items() if "ValidationError" not in name
    }
    for path, method, operation in _operations(document):
        _complete(operation)
        _exemplify(operation, EXAMPLES.get((method, path.removeprefix(PREFIX)), {}))
    nullable: dict[str, Any] = _as_openapi_30(document)
    return nullable


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _complete(operation: dict[str, Any]) -> None:
    """What holds for every operation: the request's id, and the problems that any may end in."""
    operation.setdefault("parameters", []).append(_ID_PARAMETER)
    schema = {"$ref": "#/components/schemas/ProblemReply"}
    unreadable = {"400": "The body is not what its type says."} if "requestBody" in operation else {}
    for status, description in (unreadable | _EVERYWHERE).items():
        problem = {"description": description, "content": {PROBLEM_JSON: {"schema": schema}}}
        operation["responses"].setdefault(status, problem)
    for status, response in operation["responses"].items():
        response.setdefault("headers", {})[HEADER] = _ID_HEADER
        content = response.get("content", {})
        if PROBLEM_JSON in content:
            # FastAPI declares a model as JSON; a problem has a type of its own.
            content.pop("application/json", None)
            content[PROBLEM_JSON] = {"schema": schema, "example": PROBLEM | {"status": int(status)}}


def _exemplify(operation: dict[str, Any], examples: dict[str, Any]) -> None:
    """Puts the examples of parameters, body and answer in their places."""
    for parameter in operation["parameters"]:
        if parameter["name"] in examples.get("parameters", {}):
            parameter["example"] = examples["parameters"][parameter["name"]]
    if "body" in examples:
        (content,) = operation["requestBody"]["content"].values()
        content["example"] = examples["body"]
    for kind, example in examples.get("answer", {}).items():
        success = next(status for status in operation["responses"] if status.startswith("2"))
        operation["responses"][success]["content"].setdefault(kind, {})["example"] = example


def _as_openapi_30(node: Any) -> Any:
    """OpenAPI 3.0 has no type "null": `anyOf [X, null]` becomes X with `nullable`."""
    if isinstance(node, list):
        return [_as_openapi_30(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: _as_openapi_30(value) for key, value in node.items()}
    choices = node.get("anyOf", [])
    kept = [choice for choice in choices if choice != {"type": "null"}]
    if len(kept) == len(choices):
        return node
    del node["anyOf"]
    shape = kept[0] if len(kept) == 1 and "$ref" not in kept[0] else {"allOf" if len(kept) == 1 else "anyOf": kept}
    return {**shape, **node, "nullable": True}
