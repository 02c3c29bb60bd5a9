"""The web chat: Gradio's Blocks over the service. The pages' own markup is made in `markup` and `record_card`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import gradio as gr

from assistant.accounts import Viewer
from assistant.kept_conversations import (
    HISTORY_TURNS,
    KeptConversations,
    OpenedConversation,
    PastExchange,
    Said,
)
from assistant.models import Answer, Language, Turn
from assistant.topics import language_told
from assistant.web.api_schemas import MAX_QUESTION_CHARACTERS
from assistant.web.auth.viewing import viewed_by, viewer_of
from assistant.web.incidents import describe
from assistant.web.markup import (
    NOTHING_STALE,
    Stale,
    answer_block,
    escape,
    export_links,
    notice_block,
    pending_block,
    question_block,
    show_date,
)
from assistant.web.metrics import Metrics
from assistant.web.owner import owner_of
from assistant.web.record_card import record_card
from assistant.web.service_protocol import Service
from assistant.web.texts import LANGUAGES, Texts, choose_language, load_texts
from vectorstore.conversations import MAX_TURNS
from vectorstore.errors import StoreError, UnknownConversationError

MAX_EXAMPLES = 6
# Each picture of a growing answer is sent whole: faster than the eye follows only costs.
REPAINT_SECONDS = 0.06
CONCURRENT_QUESTIONS = 8

_LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"}

# A click on anything that names a question asks it; the script sees the component's root as `element`.
_ASK_ON_CLICK = """
element.addEventListener('click', (click) => {
  const button = click.target.closest('[data-ask]');
  if (button) trigger('click', {question: button.dataset.ask});
});
"""


_OPEN_ON_WISH = """
element.addEventListener('troly:open', (wish) => trigger('click', {conversation: wish.detail}));
"""
_HISTORY_BUTTON = '<button type="button" id="tl-history-toggle" aria-expanded="false"></button>'


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with what came of it: an answer, or a sentence that says why there is none."""

    question: str
    answer: Answer | None = None
    notice: str = ""
    notice_kind: str = "error"
    stale: Stale = field(default_factory=lambda: NOTHING_STALE)
    kept: bool = False
    """Whether the store has it; what it has not is known to this page alone."""
    said_on: date | None = None
    """The day of an answer that was read from the store: its status is of that day."""


Exchanges = tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """What the page shows, and the stored conversation that it belongs to."""

    exchanges: Exchanges = ()
    id: str | None = None
    """None where nothing is kept: nothing was asked yet, or the browser takes no cookies."""
    owner: str | None = None
    """Whose it is, where people log in."""


def _own(talk: Talk, request: gr.Request | None) -> Talk:
    """The talk of a page, to the one who held it; an empty one where another has logged in meanwhile."""
    viewer = viewer_of(request)
    return talk if viewer is None or talk.owner in {None, viewer.owner} else Talk()


def exchange_block(exchange: Exchange, texts: Texts, *, first: bool = True, links: str = "") -> str:
    """One exchange as HTML; behind others it shows how its question was understood."""
    asked = question_block(exchange.question, texts)
    notice = notice_block(exchange.notice, exchange.notice_kind) if exchange.notice else ""
    if exchange.answer is None:
        return asked + notice
    answer = exchange.answer
    card = record_card(answer.record, texts) if answer.record else ""
    typed = None if first else exchange.question
    if exchange.said_on:
        past = texts("chat.said_on", date=show_date(exchange.said_on))
        asked += f'<p class="tl-past">{escape(past)}</p>'
    return asked + answer_block(answer, texts, card, asked=typed, stale=exchange.stale, links=links) + notice


def conversation_block(talk: Talk, texts: Texts) -> str:
    """All that was said, for a screen reader a log."""
    inside, stored = "", 0
    for n, exchange in enumerate(talk.exchanges):
        links = export_links(talk.id, 2 * stored + 1, texts) if talk.id and exchange.kept else ""
        stored += exchange.kept
        inside += exchange_block(exchange, texts, first=n == 0, links=links)
    return (
        f'<div class="tl-log" role="log" aria-label="{escape(texts("chat.log"))}" '
        f'data-conversation="{escape(talk.id or "")}">{inside}</div>'
    )


def reopened(opened: OpenedConversation) -> Talk:
    """A stored conversation as the page shows it: every answer as it was, quotes of changed documents marked."""
    return Talk(tuple(map(_past, opened.exchanges)), opened.conversation.id)


def _past(past: PastExchange) -> Exchange:
    now = {found.marker: found for found in past.audited}
    # A file that only moved is another version by its id: its pages are opened where they are now.
    citations = tuple(
        replace(c, evidence=replace(c.evidence, document_id=now[c.marker].document_id or c.evidence.document_id))
        if now[c.marker].state == "unchanged"
        else c
        for c in past.answer.citations
    )
    stale = {marker: found.state for marker, found in now.items() if found.state != "unchanged"}
    said_on = datetime.fromisoformat(past.said_at).astimezone().date()
    answer = replace(past.answer, citations=citations)
    return Exchange(past.question, answer, stale=stale, kept=True, said_on=said_on)


def _merged(shown: Exchanges, stored: Exchanges) -> Exchanges:
    """What is stored, with what is shown and stored nowhere in its place among it."""
    rest = iter(stored)
    # Nothing is ever put between two stored turns, so the stored ones that are shown are the first of them.
    in_place = [next(rest, exchange) if exchange.kept else exchange for exchange in shown]
    return (*in_place, *rest)


def _not_kept(said: Said, texts: Texts) -> str:
    """What is said of an answer that could not be kept; nothing where nothing is to be kept."""
    if said.not_kept == "full":
        return texts("chat.full", limit=MAX_TURNS // 2)
    return texts("chat.not_kept") if said.not_kept else ""


def brand_block(texts: Texts) -> str:
    """The product's name at the head of the page."""
    return (
        f'<a class="tl-skip" href="#tl-question">{escape(texts("page.skip"))}</a>'
        '<div class="tl-brand"><span class="tl-emblem" aria-hidden="true"></span>'
        f"<div><h1>{escape(texts('product.name'))}</h1><p>{escape(texts('product.tagline'))}</p></div></div>"
    )


def welcome_block(examples: list[str], texts: Texts, *, empty: bool) -> str:
    """The first view: what this is for, and questions to try; or that the library is empty."""
    body = ""
    if empty:
        body = notice_block(texts("welcome.empty_library"), "status")
    elif examples:
        buttons = "".join(
            f'<li><button type="button" class="tl-example" data-ask="{escape(example)}">{escape(example)}</button></li>'
            for example in examples[:MAX_EXAMPLES]
        )
        body = f'<h3>{escape(texts("welcome.examples"))}</h3><ul class="tl-examples">{buttons}</ul>'
    return (
        f'<section class="tl-welcome"><h2>{escape(texts("welcome.title"))}</h2>'
        f"<p>{escape(texts('welcome.lead'))}</p>{body}</section>"
    )


def foot_block(texts: Texts, *, account: bool = False) -> str:
    """The line under the composer, with the way to log out where people log in."""
    own = f' <a href="./account?lang={texts.language}">{escape(texts("page.account"))}</a>' if account else ""
    return (
        f'<p class="tl-foot">{escape(texts("page.footer"))} '
        f'<a href="./api/v1/docs" target="_blank" rel="noopener">{escape(texts("page.api"))}</a>{own}</p>'
    )


def past_turns(exchanges: Exchanges) -> list[Turn]:
    """The conversation so far, as the service takes it."""
    turns: list[Turn] = []
    for exchange in exchanges:
        if exchange.answer is not None:
            turns += [Turn("user", exchange.question), Turn("assistant", exchange.answer.text, exchange.answer)]
    return turns[-HISTORY_TURNS:]


class ChatPage:
    """The chat over one service: builds the Blocks and answers their events."""

    def __init__(
        self,
        service: Service,
        metrics: Metrics,
        default: Language,
        conversations: KeptConversations | None = None,
        by_viewer: bool = False,
    ) -> None:
        self._service = service
        self._conversations = conversations
        self._metrics = metrics
        self._default = default
        self._by_viewer = by_viewer

    def build(self) -> gr.Blocks:
        """The page, to be mounted."""
        texts = load_texts(self._default)
        with gr.Blocks(title=texts("product.name"), analytics_enabled=False, fill_width=True) as blocks:
            self._lay_out(texts)
            self._connect(blocks)
        blocks.queue(default_concurrency_limit=CONCURRENT_QUESTIONS, max_size=200)
        return blocks

    def _lay_out(self, texts: Texts) -> None:
        names = [(_LANGUAGE_NAMES[language], language) for language in LANGUAGES]
        self.talk = gr.State(Talk(), time_to_live=4 * 3600)
        self.saved_language = gr.BrowserState("", storage_key="troly-language", secret="troly")  # noqa: S106 - not one
        with gr.Row(elem_id="tl-header"):
            if self._conversations:
                self._html(_HISTORY_BUTTON, "tl-history-holder")
            self.brand = self._html(brand_block(texts), "tl-brand")
            self.language = gr.Radio(
                names, value=self._default, label=texts("page.language"), container=False, elem_id="tl-language"
            )
            self._html('<button type="button" id="tl-theme"></button>', "tl-theme-holder")
        with gr.Column(elem_id="tl-main"):
            self.welcome = self._html(self._welcome(texts), "tl-welcome", asks=True)
            self.conversation = self._html("", "tl-conversation", asks=True)
            self.live = self._html("", "tl-live")
            # The list of stored conversations is the page's own script; through this it asks for one of them.
            self.chosen = gr.HTML(
                '<span class="tl-chosen"></span>',
                elem_id="tl-chosen",
                js_on_load=_OPEN_ON_WISH,
                apply_default_css=False,
            )
        with gr.Column(elem_id="tl-composer"):
            with gr.Row(elem_id="tl-composer-row"):
                self.question = gr.Textbox(
                    label=texts("composer.label"), placeholder=texts("composer.placeholder"), lines=1, max_lines=6,
                    max_length=MAX_QUESTION_CHARACTERS, container=False, scale=1, elem_id="tl-question", autofocus=True,
                )  # fmt: skip
                self.send = gr.Button(texts("composer.send"), variant="primary", elem_id="tl-send", scale=0)
                self.stop = gr.Button(texts("composer.stop"), visible=False, elem_id="tl-stop", scale=0)
            with gr.Row(elem_id="tl-composer-foot"):
                self.foot = self._html(foot_block(texts, account=self._by_viewer), "tl-foot")
                self.new = gr.Button(texts("composer.new"), visible=False, size="sm", elem_id="tl-new", scale=0)

    @staticmethod
    def _html(value: str, elem_id: str, *, asks: bool = False) -> gr.HTML:
        # Gradio's own style for running text would fight with ours.
        return gr.HTML(value, elem_id=elem_id, js_on_load=_ASK_ON_CLICK if asks else None, apply_default_css=False)

    def _connect(self, blocks: gr.Blocks) -> None:
        view = [self.welcome, self.conversation, self.live, self.talk, self.question, self.send, self.stop]
        view.append(self.new)
        hidden: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        limits: dict[str, Any] = {"concurrency_id": "ask", "concurrency_limit": CONCURRENT_QUESTIONS}
        said = [self.question, self.talk, self.language]
        typed = gr.on([self.question.submit, self.send.click], self.respond, said, view, **hidden, **limits)
        clicked = gr.on(
            [self.welcome.click, self.conversation.click],
            self.respond_to_click, [self.talk, self.language], view, **hidden, **limits,
        )  # fmt: skip
        self.stop.click(self.halt, [self.talk, self.language], view, cancels=[typed, clicked], queue=False, **hidden)
        self.new.click(self.begin_anew, [self.language], view, queue=False, cancels=[typed, clicked], **hidden)
        self.chosen.click(self.open_stored, [self.talk, self.language], view, cancels=[typed, clicked], **hidden)
        labels = [self.brand, self.language, self.welcome, self.conversation, self.question]
        labels += [self.send, self.stop, self.new, self.foot, self.saved_language]
        self.language.input(self.switch, [self.language, self.talk], labels, **hidden)
        blocks.load(self.open_page, [self.saved_language, self.talk], labels, **hidden)

    def _welcome(self, texts: Texts, request: gr.Request | None = None) -> str:
        if self._by_viewer and request is None:
            # Drawn before anybody has come: what it could show is not for everyone.
            return welcome_block([], texts, empty=False)
        with viewed_by(viewer_of(request)):
            return self._welcome_seen(texts)

    def _welcome_seen(self, texts: Texts) -> str:
        examples = self._service.examples(texts.language)
        return welcome_block(examples, texts, empty=not examples and not self._service.documents())

    def open_page(self, saved: str, talk: Talk, request: gr.Request) -> tuple[Any, ...]:
        """Sets the page in the language of the address, else the one chosen last, else the default."""
        wanted = request.query_params.get("lang") or saved
        return self.switch(choose_language(wanted, self._default), talk, request)

    def switch(self, language: Language, talk: Talk, request: gr.Request | None = None) -> tuple[Any, ...]:
        """Every label in another language; what was said stays as it was said."""
        texts, talk = load_texts(choose_language(language, self._default)), _own(talk, request)
        return (
            brand_block(texts),
            gr.update(label=texts("page.language"), value=texts.language),
            gr.update(value=self._welcome(texts, request), visible=not talk.exchanges),
            conversation_block(talk, texts) if talk.exchanges else "",
            gr.update(label=texts("composer.label"), placeholder=texts("composer.placeholder")),
            texts("composer.send"),
            texts("composer.stop"),
            texts("composer.new"),
            foot_block(texts, account=self._by_viewer),
            texts.language,
        )

    def respond_to_click(
        self, talk: Talk, language: Language, event: gr.EventData, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        """Asks what the clicked button says: an example, a choice, a related document."""
        yield from self.respond(str(event.question)[:MAX_QUESTION_CHARACTERS], talk, language, request)

    def respond(self, question: str, talk: Talk, language: Language, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """The view while the answer arrives and when it is whole."""
        texts = load_texts(choose_language(language, self._default))
        question, talk = question.strip(), _own(talk, request)
        if not question:
            yield self._still(talk, texts, notice_block(texts("errors.empty"), "status"))
            return
        yield self._busy(question, "", texts)
        outcome: Talk | None = None
        for step in self._answer(question, talk, texts, owner_of(request), viewer_of(request)):
            if isinstance(step, Talk):
                outcome = step
            else:
                yield self._busy(question, step, texts, first=False)
        if outcome is not None:
            yield self._still(outcome, texts)

    def _answer(
        self, question: str, talk: Talk, texts: Texts, owner: str | None, viewer: Viewer | None = None
    ) -> Iterator[str | Talk]:
        text, painted = "", 0.0
        try:
            with self._metrics.timed("chat"):
                # Each step of a generator runs in a context of its own: who asks is told anew where it matters.
                with viewed_by(viewer):
                    arriving = self._arriving(question, talk, language_told(question) or texts.language, owner)
                for item in arriving:
                    if isinstance(item, Said):
                        self._metrics.count_answer("chat", item.answer)
                        with viewed_by(viewer):
                            outcome = self._continued(question, talk, item, texts, owner)
                        yield replace(outcome, owner=owner if viewer else None)
                        return
                    text += item
                    if time.monotonic() - painted >= REPAINT_SECONDS:
                        painted = time.monotonic()
                        yield text
        except Exception as error:  # noqa: BLE001 - the edge: whatever went wrong is said kindly and logged
            yield replace(talk, exchanges=(*talk.exchanges, Exchange(question, notice=describe(error, texts).detail)))

    def _arriving(self, question: str, talk: Talk, language: Language, owner: str | None) -> Iterator[str | Said]:
        if self._conversations and owner:
            unsaved = any(exchange.answer and not exchange.kept for exchange in talk.exchanges)
            history = past_turns(talk.exchanges) if unsaved else None
            return self._conversations.stream(owner, talk.id, question, language, history)
        arriving = self._service.stream(question, past_turns(talk.exchanges), language)
        return (Said(item, None, None) if isinstance(item, Answer) else item for item in arriving)

    def _continued(self, question: str, talk: Talk, said: Said, texts: Texts, owner: str | None) -> Talk:
        """The talk with the new exchange; what was said in another tab meanwhile is taken in, too."""
        saved = sum(exchange.kept for exchange in talk.exchanges)
        if self._conversations and owner and said.conversation_id and said.ordinal != 2 * saved + 1:
            now = reopened(self._conversations.opened(owner, said.conversation_id))
            return replace(now, exchanges=_merged(talk.exchanges, now.exchanges))
        exchange = Exchange(
            question, said.answer, _not_kept(said, texts), "warning", kept=said.conversation_id is not None
        )
        return Talk((*talk.exchanges, exchange), said.conversation_id or talk.id)

    def open_stored(self, talk: Talk, language: Language, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """A stored conversation in the place of what is shown."""
        texts, owner = load_texts(choose_language(language, self._default)), owner_of(request)
        viewer, talk = viewer_of(request), _own(talk, request)
        try:
            if self._conversations is None or owner is None:
                raise UnknownConversationError(texts("problem.not_found"))
            with viewed_by(viewer):
                opened = reopened(self._conversations.opened(owner, str(event.conversation)))
            return self._still(replace(opened, owner=owner if viewer else None), texts)
        except StoreError as error:
            return self._still(talk, texts, notice_block(describe(error, texts).detail))

    def halt(self, talk: Talk, language: Language) -> tuple[Any, ...]:
        """Stops waiting for the answer."""
        texts = load_texts(choose_language(language, self._default))
        return self._still(talk, texts, notice_block(texts("chat.stopped"), "status"))

    def begin_anew(self, language: Language) -> tuple[Any, ...]:
        """An empty page again; what was said stays stored."""
        return self._still(Talk(), load_texts(choose_language(language, self._default)))

    def _busy(self, question: str, text: str, texts: Texts, *, first: bool = True) -> tuple[Any, ...]:
        live = question_block(question, texts) + pending_block(text, texts)
        if not first:
            return (gr.skip(), gr.skip(), live, *[gr.skip()] * 5)
        off, on = gr.update(visible=False), gr.update(visible=True)
        return (off, gr.skip(), live, gr.skip(), "", off, on, gr.skip())

    def _still(self, talk: Talk, texts: Texts, live: str = "") -> tuple[Any, ...]:
        begun = bool(talk.exchanges)
        return (
            gr.update(visible=not begun),
            conversation_block(talk, texts) if begun else "",
            live,
            talk,
            gr.update(),
            gr.update(visible=True),
            gr.update(visible=False),
            gr.update(visible=begun),
        )


def build_chat(
    service: Service,
    metrics: Metrics,
    default: Language,
    conversations: KeptConversations | None = None,
    by_viewer: bool = False,
) -> gr.Blocks:
    """The chat page over a service; with `conversations` each person's own are kept; `by_viewer`: people log in."""
    return ChatPage(service, metrics, default, conversations, by_viewer).build()
