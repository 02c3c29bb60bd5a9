"""What the command line reads and writes as JSON: batches of one object a line, and conversations."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from assistant.errors import BadInputError
from assistant.models import Turn


def read_input(path: Path) -> str:
    """The text of a file that a person named.

    Raises:
        BadInputError: it is not there, cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BadInputError(f"Không đọc được {path} ({reason}). Xin kiểm tra lại đường dẫn và quyền đọc.") from error
    except UnicodeDecodeError as error:
        raise BadInputError(f"Không đọc được {path}: tệp phải là văn bản mã UTF-8.") from error


def read_batch(path: Path, field: str) -> list[dict[str, Any]]:
    """The objects of a `.jsonl` file, each with an `id` and a string under `field`.

    Raises:
        BadInputError: the file cannot be read, or a line is not such an object; the message names the line.
    """
    rows = []
    for number, line in enumerate(read_input(path).split("\n"), 1):
        if line.strip():
            rows.append(_row(line, field, f"{path}, dòng {number}"))
    return rows


def _row(line: str, field: str, where: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadInputError(f"{where}: không phải JSON ({error.msg}). Mỗi dòng phải là một đối tượng JSON.") from error
    if not isinstance(value, dict) or "id" not in value:
        raise BadInputError(f"{where}: thiếu trường `id`.")
    if not isinstance(value.get(field), str):
        raise BadInputError(f"{where}: thiếu trường `{field}`, hoặc trường này không phải là chuỗi ký tự.")
    if not value[field].strip() and field == "question":
        raise BadInputError(f"{where}: câu hỏi trống.")
    return value | {"history": turns(value.get("history"), where)}


def read_history(path: Path) -> list[Turn]:
    """A conversation: a JSON list of `{role, content}`.

    Raises:
        BadInputError: the file cannot be read or holds something else.
    """
    try:
        return turns(json.loads(read_input(path)), str(path))
    except json.JSONDecodeError as error:
        raise BadInputError(f"{path}: không phải JSON ({error.msg}).") from error


def turns(rows: Any, where: str) -> list[Turn]:
    """A conversation out of JSON; None is an empty one.

    Raises:
        BadInputError: it is not a list of `{role, content}`.
    """
    if rows is None:
        return []
    if not isinstance(rows, list) or not all(map(_is_turn, rows)):
        raise BadInputError(
            f'{where}: hội thoại phải là danh sách các đối tượng {{"role": "user" hoặc "assistant", "content": "…"}}.'
        )
    return [Turn(row["role"], row["content"]) for row in rows]


def _is_turn(row: Any) -> bool:
    return isinstance(row, dict) and row.get("role") in {"user", "assistant"} and isinstance(row.get("content"), str)


def write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write one JSON object a line.

    Raises:
        BadInputError: the file cannot be written.
    """
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BadInputError(f"Không ghi được {path} ({reason}). Xin kiểm tra lại thư mục và quyền ghi.") from error
