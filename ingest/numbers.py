"""Document numbers: find them in a text, parse one, take apart what a person typed (eyecite's finding, for Vietnam).

The facts are `numbers_data/*.tsv`; what a number means among the documents at hand is the registry's question.
"""

from __future__ import annotations

from ingest.models import DocumentNumber
from ingest.number_finding import find_complete
from ingest.number_grammar import make_key
from ingest.number_mentions import find_numbers
from ingest.number_query import TypedNumber, parse_query
from ingest.number_tables import issuer_name, type_name, type_words
from ingest.number_text import normalise

__all__ = [
    "TypedNumber",
    "find_numbers",
    "issuer_name",
    "make_key",
    "parse_number",
    "parse_query",
    "type_name",
    "type_words",
]


def parse_number(text: str) -> DocumentNumber | None:
    """Take apart the first complete number of a text; None where there is none."""
    found = find_complete(normalise(text).text)
    return found[0].number if found else None
