"""What is installed is what lies here: packages, their files, their dependencies and the pinned versions."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
TOP = ("assistant", "evals", "ingest", "prompts", "vectorstore")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
SETUPTOOLS = PROJECT["tool"]["setuptools"]
# For readers of the repository; the installed product does not show them.
NOT_INSTALLED = ("evals/suites/*/pictures/*",)
# torch's own requirements: each build of it pins the drivers that it was made for.
OF_TORCH = re.compile(r"nvidia-|cuda-|triton|setuptools$")


def run_elsewhere(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python in another folder, without this one on its path."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, cwd=folder, env=environment, check=True
    )


def test_each_package_is_imported_from_here(tmp_path: Path) -> None:
    code = f"import json, {', '.join(TOP)}; print(json.dumps([p.__file__ for p in ({', '.join(TOP)})]))"
    files = json.loads(run_elsewhere(tmp_path, "-c", code).stdout)
    assert [Path(file).resolve() for file in files] == [ROOT / name / "__init__.py" for name in TOP]


def test_the_console_command_and_the_module_are_the_same(tmp_path: Path) -> None:
    (script,) = metadata.entry_points(group="console_scripts", name="troly")
    assert script.value == "assistant.cli:main"
    by_module = run_elsewhere(tmp_path, "-m", "assistant", "--help").stdout
    by_script = run_elsewhere(
        tmp_path, "-c", "import sys; sys.argv[1:] = ['--help']; from assistant.cli import main; main()"
    )
    assert by_module == by_script.stdout and by_module.startswith("Usage: troly")


def test_the_package_list_is_what_is_on_disk() -> None:
    found = {
        ".".join(file.parent.relative_to(ROOT).parts) for name in TOP for file in (ROOT / name).rglob("__init__.py")
    }
    assert sorted(SETUPTOOLS["packages"]) == sorted(found)


def test_every_pattern_of_package_data_matches_something() -> None:
    empty = [
        f"{package}: {pattern}"
        for package, patterns in SETUPTOOLS["package-data"].items()
        for pattern in patterns
        if not any(ROOT.joinpath(*package.split(".")).glob(pattern))
    ]
    assert empty == []


def test_every_file_of_a_package_is_installed() -> None:
    covered = {
        file
        for package, patterns in SETUPTOOLS["package-data"].items()
        for pattern in patterns
        for file in ROOT.joinpath(*package.split(".")).glob(pattern)
    }
    covered |= {file for pattern in NOT_INSTALLED for file in ROOT.glob(pattern)}
    files = {
        file
        for name in TOP
        for file in (ROOT / name).rglob("*")
        if file.is_file() and file.suffix not in (".py", ".pyc") and not file.name.startswith(".")
    }
    assert {file.relative_to(ROOT).as_posix() for file in files - covered} == set()


def test_the_version_is_said_once() -> None:
    import assistant

    version = PROJECT["project"]["version"]
    assert assistant.__version__ == version == metadata.version("troly")
    assert f"\n## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_licence_is_apache() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert PROJECT["project"]["license"] == "Apache-2.0"
    assert "Version 2.0, January 2004" in text and "END OF TERMS AND CONDITIONS" in text


# ---------------------------------------------------------------- dependencies


def foreign_imports(package: str) -> set[str]:
    """The distributions that a package of ours imports; the module's name where its distribution is not installed."""
    distributions = metadata.packages_distributions()
    found = set()
    for module in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            else:
                continue
            found |= {name.split(".")[0] for name in names}
    found -= set(sys.stdlib_module_names) | set(TOP)
    return {canonicalize_name(distributions.get(name, [name])[0]) for name in found}


def names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in requirements} - {"troly"}


@pytest.mark.parametrize("package", TOP)
def test_what_is_imported_is_declared(package: str) -> None:
    extras = {"vectorstore": ["models"], "assistant": ["mcp"], "evals": ["evals", "bench"]}.get(package, [])
    optional = set[str]().union(*(names(EXTRAS[extra]) for extra in extras))
    assert foreign_imports(package) - names(PROJECT["project"]["dependencies"]) - optional == set()


def test_what_is_declared_is_imported() -> None:
    imported = set().union(*map(foreign_imports, TOP))
    assert names(PROJECT["project"]["dependencies"]) - imported == set()


# ---------------------------------------------------------------- constraints


def pinned() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in kept)}


def needed() -> Iterator[str]:
    """Everything that the product and its extras bring along, as far as it is installed."""
    lines = [*PROJECT["project"]["dependencies"], *(line for extra in EXTRAS.values() for line in extra)]
    waiting = [requirement for requirement in map(Requirement, lines) if requirement.name != "troly"]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if (name, frozenset(requirement.extras)) in seen:
            continue
        seen.add((name, frozenset(requirement.extras)))
        try:
            below = [Requirement(line) for line in metadata.requires(name) or []]
        except metadata.PackageNotFoundError:
            continue
        yield name
        environments = [{**default_environment(), "extra": extra} for extra in ("", *requirement.extras)]
        waiting += [one for one in below if one.marker is None or any(map(one.marker.evaluate, environments))]


def test_every_constraint_is_one_plain_version() -> None:
    for name, version in pinned().items():
        assert re.fullmatch(r"[0-9][0-9A-Za-z.]*", version), f"{name}: {version!r}"


def test_everything_that_is_needed_is_pinned() -> None:
    missing = {name for name in needed() if not OF_TORCH.match(name)} - pinned().keys()
    assert missing == set()
    assert len(set(needed())) > len(PROJECT["project"]["dependencies"])


def test_nothing_is_pinned_that_is_not_needed() -> None:
    known = set(needed())
    for extra, lines in EXTRAS.items():
        wanted = {canonicalize_name(Requirement(line).name) for line in lines} - {"troly"}
        if not wanted <= known:
            pytest.skip(f"the extra `{extra}` is not installed, so what it needs is not known here")
    assert pinned().keys() - set(needed()) == set()


@pytest.mark.parametrize("group", ["dependencies", *EXTRAS])
def test_the_pinned_versions_are_allowed(group: str) -> None:
    lines = PROJECT["project"]["dependencies"] if group == "dependencies" else EXTRAS[group]
    versions = pinned()
    for requirement in map(Requirement, lines):
        if requirement.name != "troly":
            assert Version(versions[canonicalize_name(requirement.name)]) in requirement.specifier
