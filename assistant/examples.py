"""Questions to try, about documents that the library really holds."""

from __future__ import annotations

from collections.abc import Callable

from assistant.models import Language
from assistant.naming import record_name
from prompts import label, say
from vectorstore.identities import Identity
from vectorstore.models import Record
from vectorstore.registry import Registry

_CONSIDERED = 12
"""Documents that examples are chosen from: the library's own first, those most spoken of first."""
_NO_PROGRESS = frozenset({"issued", "basis_only"})


def example_questions(registry: Registry, language: Language) -> list[str]:
    """One question of each kind that the library has an answer to; empty where it knows no document number."""
    chosen = sorted((one for one in registry.identities() if one.number), key=_prominence)[:_CONSIDERED]
    records = [registry.record(identity) for identity in chosen]
    kinds: tuple[tuple[str, Callable[[Record], bool]], ...] = (
        ("status", lambda record: record.current is not None and record.current.state not in _NO_PROGRESS),
        ("subject", lambda record: bool(record.title)),
        ("changed", lambda record: any(link.relation in {"amended_by", "replaced_by"} for link in record.relations)),
        ("list", lambda record: record.type is not None and record.date is not None),
    )
    questions, asked = [], set()
    for kind, fits in kinds:
        fitting = [record for record in records if fits(record)]
        # Each about another document where there is one.
        record = next((one for one in fitting if one.key not in asked), fitting[0] if fitting else None)
        if record is not None:
            asked.add(record.key)
            questions.append(_question(kind, record, language))
    return questions


def _prominence(identity: Identity) -> tuple[bool, int]:
    return not identity.own_rows, -len(identity.rows)


def _question(kind: str, record: Record, language: Language) -> str:
    document = record_name(record, language)
    if record.type is None or record.date is None:
        return say(language, f"examples.{kind}", document=document)
    type_word = label(language, "type", record.type).lower()
    return say(language, f"examples.{kind}", document=document, type=type_word, year=record.date.year)
