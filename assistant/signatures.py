"""What is said of a file's digital signatures: their integrity, never trust."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta, timezone

from assistant.models import Language
from ingest.models import DigitalSignature
from prompts import say

_VIETNAM = timezone(timedelta(hours=7))
"""Vietnam has kept this time since 1975, without summer time."""
_MOST_NAMES = 3
_GRAVITY = ("intact", "extended", "changed", "broken")


def signature_notes(signatures: Sequence[DigitalSignature], language: Language) -> list[str]:
    """One sentence a signature; of several that say the same, one. The gravest comes first."""
    ordered = sorted(signatures, key=lambda signature: -_GRAVITY.index(signature.verdict))
    notes = dict.fromkeys(
        say(
            language,
            f"signature.{signature.verdict}",
            signer=_name(signature, language),
            when=_when(signature, language),
        )
        for signature in ordered
    )
    return [*notes, say(language, "signature.integrity_only")] if notes else []


def short_note(signatures: Sequence[DigitalSignature], language: Language) -> str:
    """A few words for a citation: who signed and how the gravest of the signatures stands; empty without any."""
    if not signatures:
        return ""
    verdict = max((signature.verdict for signature in signatures), key=_GRAVITY.index)
    told = [one for one in signatures if verdict in ("intact", "extended") or one.verdict == verdict]
    names = list(dict.fromkeys(_name(one, language) for one in told))
    more = " …" if len(names) > _MOST_NAMES else ""
    return say(language, f"signature.short_{verdict}", signers="; ".join(names[:_MOST_NAMES]) + more)


def is_alarming(signatures: Sequence[DigitalSignature]) -> bool:
    """Whether one of them no longer vouches for the file."""
    return any(signature.verdict in ("changed", "broken") for signature in signatures)


def _name(signature: DigitalSignature, language: Language) -> str:
    signer = signature.signer or say(language, "signature.unnamed")
    return say(language, "signature.time_stamp", signer=signer) if signature.kind == "timestamp" else signer


def _when(signature: DigitalSignature, language: Language) -> str:
    if signature.signed_at is None:
        return ""
    local = signature.signed_at.astimezone(_VIETNAM)
    return say(language, "signature.when", time=f"{local:%H:%M}", date=f"{local:%d/%m/%Y}")
