"""What a sentence of `prompts/` leaves to be filled in."""

from __future__ import annotations

import string


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
