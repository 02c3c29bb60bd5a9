"""The status card: what a document is, where it stands, how it came there, what it hangs together with."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from assistant.graph import as_svg, relation_graph
from assistant.models import Conflict, Evidence, Record, RelationEntry, TimelineEntry
from assistant.signatures import is_alarming, short_note, signature_notes
from assistant.web.markup import escape, evidence_attributes, evidence_place, join_words, shorten, show_date
from assistant.web.texts import Texts

EVIDENCE_SHOWN = 6
GRAPH_SHOWN = 13

_TONES = {
    "done": ("completed", "issued", "in_force"),
    "going": ("in_progress", "submitted", "in_preparation"),
    "ahead": ("planned", "draft", "not_started", "not_yet"),
    "warn": ("delayed", "paused", "partly_expired", "suspended"),
    "over": ("expired", "replaced", "no_longer_suitable"),
}
_TONE_OF = {state: tone for tone, states in _TONES.items() for state in states}


def tone(state: str) -> str:
    """The colour family of a state; the label always says it in words too."""
    return _TONE_OF.get(state, "plain")


def state_badge(state: str, texts: Texts) -> str:
    """A state as a coloured label."""
    return f'<span class="tl-state tl-tone-{tone(state)}">{escape(texts.label("states", state))}</span>'


def evidence_button(evidence: Evidence, texts: Texts) -> str:
    """Opens the sentence in its page."""
    place = evidence_place(evidence, texts)
    return (
        f'<button type="button" class="tl-evidence-link" {evidence_attributes(evidence)} '
        f'aria-label="{escape(texts("card.evidence_label", where=place))}">'
        f"{escape(texts('card.evidence_button'))}</button>"
    )


def quoted(evidence: Evidence, texts: Texts) -> str:
    """A quote with its place and the button that opens it."""
    return (
        f'<blockquote class="tl-quote">{escape(shorten(evidence.quote))}</blockquote>'
        f'<p class="tl-place">{escape(evidence_place(evidence, texts))} {evidence_button(evidence, texts)}</p>'
    )


def reported(entry: TimelineEntry, texts: Texts) -> str:
    """ "As reported on …", where the report has a date."""
    return texts("card.as_of", date=show_date(entry.as_of)) if entry.as_of else ""


def card_head(record: Record, texts: Texts) -> str:
    """Type, issuer, number, date, title, and whether the library holds it."""
    number = record.number or texts("card.unnumbered")
    dated = texts("card.dated", date=show_date(record.date)) if record.date else ""
    held = texts("card.held") if record.held_in else texts("card.not_held")
    title = f'<p class="tl-card-title">{escape(record.title)}</p>' if record.title else ""
    signed = f"<span>{escape(texts('card.signer', signer=record.signer))}</span>" if record.signer else ""
    return (
        f'<header><p class="tl-eyebrow">{escape(join_words(record.type, record.issuer))}</p>'
        f'<h2>{escape(number)} <span class="tl-card-date">{escape(dated)}</span></h2>{title}'
        f'<p class="tl-card-facts"><span>{escape(held)}</span>'
        f"<span>{escape(texts('card.mentions', count=record.mentions))}</span>{signed}</p></header>"
    )


def signature_block(record: Record, texts: Texts) -> str:
    """The digital signatures of the document's files; in plain view where one no longer vouches for its file."""
    notes = signature_notes(record.signatures, texts.language)
    if not notes:
        return ""
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    if is_alarming(record.signatures):
        return f'<section class="tl-alarm" role="alert"><ul>{items}</ul></section>'
    summary = escape(short_note(record.signatures, texts.language))
    return f'<details class="tl-signatures"><summary>{summary}</summary><ul>{items}</ul></details>'


def current_block(record: Record, texts: Texts) -> str:
    """The state that holds now, with the sentence that says so."""
    heading = f"<h3>{escape(texts('card.current'))}</h3>"
    if record.current is None:
        return f'<section class="tl-current">{heading}<p>{escape(texts("card.current_none"))}</p></section>'
    entry = record.current
    return (
        f'<section class="tl-current">{heading}<p class="tl-current-line">{state_badge(entry.state, texts)}'
        f' <span class="tl-when">{escape(join_words(show_date(entry.date), reported(entry, texts)))}</span></p>'
        f"{quoted(entry.evidence, texts)}</section>"
    )


def timeline_item(entry: TimelineEntry, texts: Texts) -> str:
    """One step of the timeline."""
    # A report speaks of its own day where it names none.
    told = texts("card.until", date=show_date(entry.as_of)) if entry.as_of else texts("card.undated")
    when = show_date(entry.date) or told
    notes = join_words(
        texts("card.actor", actor=entry.actor) if entry.actor else None,
        texts("card.quantities", quantities="; ".join(entry.quantities)) if entry.quantities else None,
        reported(entry, texts) if entry.date else None,
    )
    return (
        f'<li class="tl-tone-{tone(entry.state)}"><p class="tl-step"><span class="tl-step-date">{escape(when)}</span> '
        f"{state_badge(entry.state, texts)}</p>"
        + (f'<p class="tl-step-notes">{escape(notes)}</p>' if notes else "")
        + f"{quoted(entry.evidence, texts)}</li>"
    )


def timeline_block(record: Record, texts: Texts) -> str:
    """All dated statements, oldest first as the record gives them."""
    if not record.timeline:
        return ""
    items = "".join(timeline_item(entry, texts) for entry in record.timeline)
    return (
        f'<section><h3>{escape(texts("card.timeline"))} <span class="tl-count">{len(record.timeline)}</span></h3>'
        f'<ol class="tl-timeline">{items}</ol></section>'
    )


def validity_block(record: Record, texts: Texts) -> str:
    """What is stated of the document's legal validity."""
    items = "".join(
        f"<li><p>{state_badge(entry.state, texts)} "
        f'<span class="tl-when">{escape(texts("card.since", date=show_date(entry.date)) if entry.date else "")}</span>'
        f"</p>{quoted(entry.evidence, texts)}</li>"
        for entry in record.validity
    )
    if not items:
        return ""
    return f'<section class="tl-validity"><h3>{escape(texts("card.validity"))}</h3><ul>{items}</ul></section>'


def conflict_block(conflicts: Iterable[Conflict], texts: Texts) -> str:
    """Reports that disagree, both quotes side by side."""
    pairs = "".join(
        '<div class="tl-conflict">'
        + "".join(
            f"<div><p>{state_badge(entry.state, texts)} "
            f'<span class="tl-when">{escape(join_words(show_date(entry.date), reported(entry, texts)))}</span></p>'
            f"{quoted(entry.evidence, texts)}</div>"
            for entry in (conflict.first, conflict.second)
        )
        + "</div>"
        for conflict in conflicts
    )
    if not pairs:
        return ""
    return (
        f'<section class="tl-conflicts"><h3>{escape(texts("card.conflicts"))}</h3>'
        f"<p>{escape(texts('card.conflicts_lead'))}</p>{pairs}</section>"
    )


def relation_item(entry: RelationEntry, texts: Texts) -> str:
    """One related document: a click asks for its status, a second button shows the sentence."""
    name = entry.name or entry.number or texts("card.unnumbered")
    if entry.number:
        label = texts("card.ask_number", number=name)
        shown = (
            f'<button type="button" class="tl-related" data-ask="{escape(name)}" aria-label="{escape(label)}">'
            f"{escape(name)}</button>"
        )
    else:
        shown = f'<span class="tl-related">{escape(name)}</span>'
    return f"<li>{shown} {evidence_button(entry.evidence, texts)}</li>"


def relation_block(record: Record, texts: Texts) -> str:
    """Related documents, grouped by how they are related."""
    if not record.relations:
        return ""
    ordered = sorted(record.relations, key=lambda entry: texts.label("relations", entry.relation))
    groups = "".join(
        f"<dt>{escape(texts.label('relations', relation))}</dt>"
        f"<dd><ul>{''.join(relation_item(entry, texts) for entry in entries)}</ul></dd>"
        for relation, entries in groupby(ordered, key=lambda entry: entry.relation)
    )
    return (
        f'<section class="tl-relations"><h3>{escape(texts("card.relations"))}</h3>'
        f"{relation_picture(record, texts)}<dl>{groups}</dl></section>"
    )


def relation_picture(record: Record, texts: Texts) -> str:
    """The relations as a picture; its boxes ask for their document, as the buttons below it do for the keyboard."""
    name = texts("card.graph", number=record.number or record.title or texts("card.unnumbered"))
    picture = as_svg(relation_graph(record, most=GRAPH_SHOWN), texts.language, standalone=False, name=name)
    # A wide picture scrolls inside its frame, which the keyboard must be able to reach.
    return f'<div class="tl-graph" role="region" tabindex="0" aria-label="{escape(name)}">{picture}</div>'


def evidence_block(record: Record, texts: Texts) -> str:
    """The sentences that mention the document, folded away."""
    if not record.evidence:
        return ""
    items = "".join(f"<li>{quoted(evidence, texts)}</li>" for evidence in record.evidence[:EVIDENCE_SHOWN])
    return (
        f'<details class="tl-mentions"><summary>{escape(texts("card.evidence"))} '
        f'<span class="tl-count">{len(record.evidence[:EVIDENCE_SHOWN])}</span></summary><ul>{items}</ul></details>'
    )


def record_card(record: Record, texts: Texts) -> str:
    """The whole card as an HTML section."""
    number = record.number or texts("card.unnumbered")
    return (
        f'<section class="tl-card" aria-label="{escape(texts("card.title", number=number))}">'
        + card_head(record, texts)
        + signature_block(record, texts)
        + current_block(record, texts)
        + conflict_block(record.conflicts, texts)
        + timeline_block(record, texts)
        + validity_block(record, texts)
        + relation_block(record, texts)
        + evidence_block(record, texts)
        + "</section>"
    )
