"""The Makefile, the continuous check and the hooks do what they say, seen from outside."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
TARGETS = ("help", "run", "test", "check", "eval", "bench", "system", "clean")

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(*arguments: str, check: bool = True) -> str:
    # The tests may themselves be run by make, which hands its variables down.
    done = subprocess.run(
        ["make", "--no-print-directory", *arguments],
        capture_output=True, text=True, cwd=ROOT, env={"PATH": os.environ["PATH"]}, check=check,
    )  # fmt: skip
    return done.stdout


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """A virtual environment as `make test` leaves it, so far as make can see."""
    (tmp_path / "bin").mkdir()
    for name in ("bin/python", ".installed", ".installed-dev"):
        (tmp_path / name).touch()
    return tmp_path


@needs_make
@pytest.mark.parametrize("arguments", [(), ("help",)], ids=["alone", "help"])
def test_help_lists_every_command(arguments: tuple[str, ...]) -> None:
    listed = re.findall(r"^  make (\w+) +\S", make(*arguments), re.MULTILINE)
    assert tuple(listed) == TARGETS


@needs_make
def test_run_installs_ingests_and_serves(tmp_path: Path) -> None:
    planned = make("--dry-run", "run", f"VENV={tmp_path / 'new'}")
    steps = [" -m venv ", " --constraint constraints.txt --editable .\n", "troly ingest", "troly serve"]
    places = [planned.index(step) for step in steps]
    assert places == sorted(places)
    assert "--host 127.0.0.1 --port 7860" in planned


@needs_make
@pytest.mark.parametrize("target", ["run", "test", "check"])
def test_nothing_is_installed_twice(environment: Path, target: str) -> None:
    assert "pip install" not in make("--dry-run", target, f"VENV={environment}")


@needs_make
@pytest.mark.parametrize("stamp", [".installed-dev"])
def test_a_changed_project_is_installed_again(environment: Path, stamp: str) -> None:
    os.utime(environment / stamp, (0, 0))
    planned = make("--dry-run", "test", f"VENV={environment}")
    assert '--editable ".[dev]"' in planned and " -m venv " not in planned


@needs_make
def test_other_extras_are_installed_beside(environment: Path) -> None:
    planned = make("--dry-run", "check", f"VENV={environment}", "EXTRAS=dev,models")
    assert '--editable ".[dev,models]"' in planned and ".installed-dev-models" in planned


@needs_make
def test_an_old_python_is_refused(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    said = make("test", f"VENV={tmp_path / 'new'}", f"PYTHON={old}", check=False)
    assert "Python 3.11 or later is needed" in said and "pip install" not in said


@pytest.mark.parametrize("fails", [False, True], ids=["all well", "tests fail"])
def test_the_continuous_check_runs_everything_and_fails_with_it(tmp_path: Path, fails: bool) -> None:
    log, stub = tmp_path / "log", tmp_path / "make"
    stub.write_text(f'#!/bin/sh\necho "$*" >> {log}\ncase "$*" in *test*) exit {int(fails)};; esac\n')
    stub.chmod(0o755)
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run([script], env={**os.environ, "PATH": path}, cwd=tmp_path, check=False)
    assert done.returncode == int(fails)
    assert log.read_text().splitlines() == ["system", "check test EXTRAS=dev,models,local-model,bench"]


def test_the_hooks_are_local() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert {repository["repo"] for repository in config["repos"]} == {"local"}
    hooks = [hook for repository in config["repos"] for hook in repository["hooks"]]
    assert [hook["id"] for hook in hooks] == ["ruff", "ruff-format", "mypy"]
    assert {hook["language"] for hook in hooks} == {"system"}
