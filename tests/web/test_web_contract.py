"""The API is what its OpenAPI document says, for whatever is sent: generated requests, always the same ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from real_library import Stage, real_library
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig

from assistant.web.api_examples import EXAMPLES

# What a schema cannot say is refused all the same: an empty question, a type of document that there is not, a mark of
# another list, feedback on no answer.
CASES = 8
"""For each operation, of each kind."""
NAMES = [f"{method} {path}" for method, path in EXAMPLES]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with real_library(tmp_path_factory.mktemp("contract"), uploads=True, max_file_mb=1) as opened:
        yield opened


@pytest.fixture(scope="module")
def described(stage: Stage) -> Any:
    return schemathesis.openapi.from_asgi(
        "/api/v1/openapi.json",
        stage.client.app,
        config=SchemathesisConfig.from_dict(
            {
                "seed": 20240315,
                "generation": {"deterministic": True},
                # A text that is longer than allowed may be a body that is larger than is read.
                "checks": {"negative_data_rejection": {"expected-statuses": [400, 404, 405, 406, 413, 415, 422]}},
            }
        ),
    )


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["valid", "invalid"])
@pytest.mark.parametrize(("method", "path"), EXAMPLES, ids=NAMES)
def test_every_answer_is_described(described: Any, method: str, path: str, mode: GenerationMode) -> None:
    operation = described[f"/api/v1{path}"][method.upper()]

    @settings(
        max_examples=CASES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def holds(case: Any) -> None:
        case.call_and_validate(excluded_checks=CHECKS.get_by_names(["positive_data_acceptance"]))

    try:
        holds()
    except Unsatisfiable:
        pytest.skip("nothing that could be sent here is invalid")


def test_every_operation_has_its_examples(stage: Stage) -> None:
    document = stage.client.get("/api/v1/openapi.json").json()
    operations = {
        (method, path.removeprefix("/api/v1")): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert operations.keys() == EXAMPLES.keys()
    for name, operation in operations.items():
        body = operation.get("requestBody", {}).get("content", {})
        success = next(response for status, response in operation["responses"].items() if status < "3")
        contents = [*body.values(), *success.get("content", {}).values()]
        assert all("example" in content for content in contents), name
        for status in ("403", "413", "422", "500", "503"):
            assert list(operation["responses"][status]["content"]) == ["application/problem+json"], name
        assert all("X-Request-Id" in response["headers"] for response in operation["responses"].values()), name


@pytest.mark.parametrize(("method", "path"), EXAMPLES, ids=NAMES)
def test_every_example_is_of_its_schema(described: Any, method: str, path: str) -> None:
    document = described.raw_schema
    operation = document["paths"][f"/api/v1{path}"][method]
    parts = [operation.get("requestBody", {}), *operation["responses"].values()]
    for kind, content in (pair for part in parts for pair in part.get("content", {}).items()):
        if kind.endswith("json") and "example" in content:
            schema = _with_null({**content["schema"], "components": document["components"]})
            jsonschema.validate(content["example"], schema)


def _with_null(node: Any) -> Any:
    """JSON Schema has no `nullable`: the type "null" takes its place."""
    if isinstance(node, list):
        return [_with_null(item) for item in node]
    if not isinstance(node, dict):
        return node
    shape = {key: _with_null(value) for key, value in node.items() if key != "nullable"}
    return {"anyOf": [shape, {"type": "null"}]} if node.get("nullable") is True else shape
