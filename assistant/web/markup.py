"""Answers as HTML. Whatever comes from a person or a document passes through `escape`, nothing else makes markup."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import groupby
from types import MappingProxyType
from urllib.parse import quote

from assistant.citing import cite
from assistant.models import Answer, Candidate, Citation, Evidence
from assistant.signatures import is_alarming, short_note
from assistant.web.texts import Texts
from ingest.folding import fold_words

Stale = Mapping[int, str]
"""By marker, what has become of a quoted document that is no longer what it was: `changed` or `gone`."""
NOTHING_STALE: Stale = MappingProxyType({})
_QUOTED = {"changed": "chat.quoted_changed", "gone": "chat.quoted_gone"}

MARKER = re.compile(r"\[(\d{1,3})\]")
SNIPPET_CHARACTERS = 320
SOURCES_UNFOLDED = 3

# Gradio expands `${…}` and `{{…}}` in what an HTML component shows: a document that holds them must stay text.
_TEMPLATE_SIGNS = str.maketrans({"$": "&#36;", "{": "&#123;", "}": "&#125;", "`": "&#96;"})


def escape(value: object) -> str:
    """The value as HTML text, also safe inside a quoted attribute and inside a Gradio template."""
    return html.escape(str(value), quote=True).translate(_TEMPLATE_SIGNS)


def show_date(day: date | None) -> str:
    """A date as Vietnamese administration writes it: 09/11/2016."""
    return f"{day:%d/%m/%Y}" if day else ""


def join_words(*words: str | None, by: str = " · ") -> str:
    """The words that are there, joined."""
    return by.join(word for word in words if word)


def shorten(quote: str, limit: int = SNIPPET_CHARACTERS) -> str:
    """The beginning of a quote, cut between words, with an ellipsis where it was cut."""
    text = " ".join(quote.split())
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0].rstrip(" ,;.:") + "…"


def evidence_attributes(evidence: Evidence) -> str:
    """What the evidence panel needs to open a page at a sentence, as data attributes."""
    # One character, a line break or a space, joins two pages.
    rest = len(evidence.quote) - (evidence.end - evidence.start) - 1
    over = f' data-rest="{rest}"' if rest > 0 else ""
    return (
        f'data-document="{escape(evidence.document_id)}" data-page="{evidence.page}" '
        f'data-start="{evidence.start}" data-end="{evidence.end}"{over} data-section="{escape(evidence.section)}"'
    )


def citation_attributes(citation: Citation, texts: Texts, stale: Stale) -> str:
    """The same of a citation; of a document that is no longer what was quoted, the quote goes along with its place.

    The page may not be there any more.
    """
    evidence, state = citation.evidence, stale.get(citation.marker)
    if state is None:
        return evidence_attributes(evidence)
    cited = cite(citation.source, evidence.page, evidence.section, texts.language, evidence.document)
    kept = f'data-stale="{escape(state)}" data-quote="{escape(evidence.quote)}" data-citation="{escape(cited)}"'
    return f"{evidence_attributes(evidence)} {kept}"


def evidence_place(evidence: Evidence, texts: Texts, document: str = "") -> str:
    """Where a sentence stands, for a person: document, page, section."""
    return join_words(
        document or evidence.document, texts("chat.page", page=evidence.page), evidence.section or None, by=", "
    )


def source_name(citation: Citation, texts: Texts) -> str:
    """The document that a quote stands in, in administrative form."""
    source = citation.source
    if not source.number:
        return source.title or citation.evidence.document
    dated = texts("card.dated", date=show_date(source.date)) if source.date else None
    return join_words(source.type, source.number, dated, by=" ")


def marker_button(citation: Citation, texts: Texts, stale: Stale = NOTHING_STALE) -> str:
    """The numbered chip in the running text."""
    where = evidence_place(citation.evidence, texts, source_name(citation, texts))
    label = texts("chat.cite", marker=citation.marker, where=where)
    return (
        f'<button type="button" class="tl-cite" '
        f"{citation_attributes(citation, texts, stale)} "
        f'aria-label="{escape(label)}" title="{escape(where)}">{citation.marker}</button>'
    )


def paragraphs(text: str, inline: Callable[[str], str] = escape) -> str:
    """Lines as paragraphs, runs of lines that begin with a dash as a list; `inline` makes HTML of a line's text."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    shown = []
    for listed, run in groupby(lines, key=lambda line: line.startswith("- ")):
        if listed:
            items = "".join(f"<li>{inline(line.removeprefix('- '))}</li>" for line in run)
            shown.append(f'<ul class="tl-list">{items}</ul>')
        else:
            shown += [f"<p>{inline(line)}</p>" for line in run]
    return "".join(shown)


def running_text(text: str, citations: Iterable[Citation], texts: Texts, stale: Stale = NOTHING_STALE) -> str:
    """Paragraphs of an answer's text with `[n]` turned into chips; a marker without citation stays text."""
    by_marker = {citation.marker: citation for citation in citations}

    def inline(line: str) -> str:
        pieces = MARKER.split(line)
        shown = [escape(pieces[0])]
        for marker, after in zip(pieces[1::2], pieces[2::2], strict=True):
            citation = by_marker.get(int(marker))
            shown.append(marker_button(citation, texts, stale) if citation else f"[{escape(marker)}]")
            shown.append(escape(after))
        return "".join(shown)

    return paragraphs(text, inline)


def source_item(citation: Citation, texts: Texts, stale: Stale = NOTHING_STALE) -> str:
    """One entry of the list of sources under an answer."""
    evidence, state, signatures = citation.evidence, stale.get(citation.marker), citation.source.signatures
    note = f'<span class="tl-stale">{escape(texts(_QUOTED[state]))}</span>' if state else ""
    if signatures:
        alarm = " tl-alarm" if is_alarming(signatures) else ""
        note += f'<span class="tl-signed{alarm}">{escape(short_note(signatures, texts.language))}</span>'
    place = join_words(texts("chat.page", page=evidence.page), evidence.section or None)
    title = citation.source.title if citation.source.number else ""
    return (
        f'<li><button type="button" class="tl-source" {citation_attributes(citation, texts, stale)}>'
        f'<span class="tl-source-marker" aria-hidden="true">{citation.marker}</span>'
        f'<span class="tl-source-body"><span class="tl-source-name">{escape(source_name(citation, texts))}</span>'
        f'<span class="tl-source-place">{escape(place)}</span>'
        + (f'<span class="tl-source-title">{escape(shorten(title, 160))}</span>' if title else "")
        + f'<span class="tl-quote">{escape(shorten(evidence.quote))}</span>{note}</span></button></li>'
    )


def source_list(answer: Answer, texts: Texts, stale: Stale = NOTHING_STALE) -> str:
    """The numbered list of sources, folded where it is long or a status card follows; nothing if nothing is cited."""
    if not answer.citations:
        return ""
    items = "".join(source_item(citation, texts, stale) for citation in answer.citations)
    count = len(answer.citations)
    unfolded = (count <= SOURCES_UNFOLDED and answer.record is None) or bool(stale)
    return (
        f'<details class="tl-sources"{" open" if unfolded else ""}><summary>{escape(texts("chat.sources"))}'
        f' <span class="tl-count">{count}</span></summary><ol>{items}</ol></details>'
    )


def candidate_buttons(candidates: Iterable[Candidate], heading: str) -> str:
    """Records to choose from; a click asks for the record alone."""
    buttons = "".join(
        f'<li><button type="button" class="tl-choice" data-ask="{escape(candidate.label)}">'
        f'<span class="tl-choice-number">{escape(candidate.label)}</span>'
        f'<span class="tl-choice-body">{escape(join_words(candidate.type, candidate.issuer))}</span>'
        + (f'<span class="tl-choice-title">{escape(shorten(candidate.title, 200))}</span>' if candidate.title else "")
        + "</button></li>"
        for candidate in candidates
    )
    if not buttons:
        return ""
    return f'<div class="tl-choices"><p class="tl-choices-head">{escape(heading)}</p><ul>{buttons}</ul></div>'


def question_block(question: str, texts: Texts) -> str:
    """What the person asked."""
    return (
        f'<div class="tl-question"><span class="tl-visually-hidden">{escape(texts("chat.you"))}: </span>'
        f"{escape(question)}</div>"
    )


def pending_block(text: str, texts: Texts) -> str:
    """An answer while it arrives."""
    if not text:
        return (
            '<div class="tl-answer tl-pending"><span class="tl-dots" aria-hidden="true"><i></i><i></i><i></i></span>'
            f'<span role="status">{escape(texts("chat.searching"))}</span></div>'
        )
    return f'<div class="tl-answer tl-pending" aria-busy="true"><div class="tl-text">{paragraphs(text)}</div></div>'


def notice_block(sentence: str, kind: str = "error") -> str:
    """A sentence of the system itself: an error with its remedy, or that it was stopped."""
    role = "alert" if kind == "error" else "status"
    return f'<div class="tl-notice tl-notice-{escape(kind)}" role="{role}">{escape(sentence)}</div>'


def shown_text(answer: Answer) -> str:
    """The answer's text without the lines that only repeat what the buttons beneath say."""
    if answer.outcome != "ambiguous":
        return answer.text
    labels = [candidate.label for candidate in answer.candidates]
    first, *rest = answer.text.split("\n")
    return "\n".join([first, *(line for line in rest if not any(label in line for label in labels))])


def understood_line(asked: str, answer: Answer, texts: Texts) -> str:
    """The question as it was understood, where the conversation has added words to what was typed."""
    if not set(fold_words(answer.question).split()) - set(fold_words(asked).split()):
        return ""
    return f'<p class="tl-understood">{escape(texts("chat.understood", question=answer.question))}</p>'


def export_links(conversation: str, turn: int, texts: Texts) -> str:
    """A stored answer as a file, in the formats there are.

    Args:
        conversation: its id.
        turn: ordinal of the answer.
        texts: the page's words.
    """
    address = f"./api/v1/conversations/{quote(conversation, safe='')}/export?turn={turn}&format="
    links = "".join(
        f'<a class="tl-export" href="{escape(address + kind)}" download '
        f'aria-label="{escape(texts("chat.export", format=name))}">{name}</a>'
        for kind, name in (("docx", "Word"), ("pdf", "PDF"))
    )
    return f'<span class="tl-exports">{links}</span>'


def answer_block(
    answer: Answer,
    texts: Texts,
    card: str = "",
    *,
    asked: str | None = None,
    stale: Stale = NOTHING_STALE,
    links: str = "",
) -> str:
    """A whole answer: text with chips, choices, status card, sources.

    Args:
        answer: what to show.
        texts: the page's words.
        card: the status card, as HTML.
        asked: the question as it was typed; None shows no understanding of it.
        stale: by marker, that a quoted document is `changed` or `gone`.
        links: what else can be done with the answer, as HTML.
    """
    heading = texts("chat.choose") if answer.outcome == "ambiguous" else texts("chat.near")
    mode = texts.label("mode", answer.mode) if answer.outcome == "answered" else ""
    parts = [
        f'<article class="tl-answer tl-{answer.outcome}" aria-label="{escape(texts("chat.assistant"))}">',
        "" if asked is None else understood_line(asked, answer, texts),
        f'<div class="tl-text">{running_text(shown_text(answer), answer.citations, texts, stale)}</div>',
        candidate_buttons(answer.candidates, heading),
        source_list(answer, texts, stale),
        card,
        "" if answer.verified else notice_block(texts("chat.not_verified"), "warning"),
        f'<footer class="tl-answer-foot">{f"<span>{escape(mode)}</span>" if mode else ""}'
        f'<button type="button" class="tl-copy" data-copied="{escape(texts("chat.copied"))}">'
        f"{escape(texts('chat.copy'))}</button>{links}</footer>",
        "</article>",
    ]
    return "".join(parts)
