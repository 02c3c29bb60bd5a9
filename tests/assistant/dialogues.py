"""What was said before, for questions that lean on it."""

from __future__ import annotations

from assistant.models import Turn


def dialogue(*contents: str) -> list[Turn]:
    """Question and answer in turn, a question first."""
    return [Turn("assistant" if at % 2 else "user", content) for at, content in enumerate(contents)]
