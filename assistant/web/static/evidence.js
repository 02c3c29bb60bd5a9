// The evidence panel: a document's page, as its original shows it or as text, with the cited sentence marked. Shared by
// the chat and the embedded chat. Text from the server only ever becomes text nodes.
(() => {
  'use strict';
  const OPENERS = '.tl-cite, .tl-source, .tl-evidence-link';
  const NARROW = window.matchMedia('(max-width: 1099px)');
  const LOW = window.matchMedia('(max-width: 640px), (max-height: 700px)');
  const api = new URL('api/v1/', document.baseURI);
  let asText = false;
  let panel = null;
  let shown = null;
  let opener = null;
  let turn = 0;

  const texts = () => window.troly.texts();
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

  function make(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  function button(name, text, action) {
    const node = make('button', { type: 'button', class: name }, text);
    node.addEventListener('click', action);
    return node;
  }

  // Offsets count code points, JavaScript strings count UTF-16 units: lines are cut as arrays of code points.
  function paragraphs(text, start, end) {
    const nodes = [];
    let offset = 0;
    for (const line of text.split('\n')) {
      const points = Array.from(line);
      const from = Math.max(start - offset, 0);
      const to = Math.min(end - offset, points.length);
      offset += points.length + 1;
      if (!line.trim()) continue;
      const cut = (a, b) => points.slice(a, b).join('');
      if (from < to) nodes.push(make('p', {}, cut(0, from), make('mark', {}, cut(from, to)), cut(to)));
      else nodes.push(make('p', {}, line));
    }
    return nodes;
  }

  // The stretch of a page that is cited; a sentence may run over the page's end.
  function rangeOn(page) {
    if (page === shown.page) return [shown.start, shown.end];
    return shown.rest > 0 && page === shown.page + 1 ? [0, shown.rest] : null;
  }

  function facts(view) {
    const t = texts();
    const { source } = view;
    const date = source.date ? source.date.split('-').reverse().join('/') : '';
    const rows = [
      ['type', source.type], ['number', source.number], ['date', date], ['issuer', source.issuer],
      ['section', shown.page === view.page ? shown.section : ''], ['file', view.document],
    ];
    const list = make('dl', { class: 'ev-facts' });
    for (const [name, value] of rows) {
      if (value) list.append(make('dt', {}, t[`evidence.${name}`]), make('dd', {}, value));
    }
    return list;
  }

  // What no longer vouches for its file is said at once; that all is well can wait behind the header.
  function about(view) {
    const t = texts();
    const notes = view.signature_notes ? view.signature_notes[document.documentElement.lang] || [] : [];
    const alarming = (view.source.signatures || []).some(({ verdict }) => verdict === 'changed' || verdict === 'broken');
    const list = facts(view);
    if (notes.length && !alarming) {
      list.append(make('dt', {}, t['evidence.signature']), make('dd', {}, ...notes.map((note) => make('p', {}, note))));
    }
    const node = make('details', { class: 'ev-about' }, make('summary', {}, t['evidence.about']), list);
    node.open = !LOW.matches;
    if (!alarming) return [node];
    return [make('div', { class: 'ev-alarm', role: 'alert' }, ...notes.map((note) => make('p', {}, note))), node];
  }

  function pager(view) {
    const t = texts();
    const step = (name, text, page, possible) => {
      const node = button('ev-step', text, () => show(page));
      node.dataset.step = name;
      node.disabled = !possible;
      return node;
    };
    return make('nav', { class: 'ev-pager', 'aria-label': t['evidence.title'] },
      step('previous', t['evidence.previous'], view.page - 1, view.page > 1),
      make('span', { 'aria-live': 'polite' }, fill(t['evidence.position'], { page: view.page, pages: view.pages })),
      step('next', t['evidence.next'], view.page + 1, view.page < view.pages));
  }

  function copyButton(citation) {
    const t = texts();
    const node = button('ev-step ev-copy', t['evidence.copy'], async () => {
      const done = await copyText(citation);
      node.textContent = t[done ? 'evidence.copied' : 'evidence.copy_failed'];
      panel.querySelector('.ev-status').textContent = node.textContent;
      setTimeout(() => { node.textContent = t['evidence.copy']; }, 1600);
    });
    node.title = citation;
    return node;
  }

  // A note with a way to the page where the quote, or the rest of it, stands.
  function elsewhere(view) {
    const t = texts();
    if (view.page === shown.page && shown.rest > 0 && view.page < view.pages) {
      return [make('p', { class: 'ev-elsewhere' }, t['evidence.runs_on'], ' ',
        button('ev-link', t['evidence.to_rest'], () => show(shown.page + 1)))];
    }
    if (view.page === shown.page) return [];
    return [make('p', { class: 'ev-elsewhere' }, fill(t['evidence.elsewhere'], { page: shown.page }), ' ',
      button('ev-link', t['evidence.back_to_quote'], () => show(shown.page)))];
  }

  function textPane(view) {
    const [start, end] = rangeOn(view.page) || [-1, -1];
    const page = make('div', { class: 'ev-page', tabindex: '0', lang: 'vi' });
    const lines = paragraphs(view.text, start, end);
    page.append(...(lines.length ? lines : [make('p', {}, texts()['evidence.empty'])]));
    return page;
  }

  // Picture or text, as the person likes; without a picture the text, with the reason.
  function draw(view, picture = view.picture) {
    const t = texts();
    const again = panel.contains(document.activeElement) ? document.activeElement.dataset.step : null;
    const drawable = picture === 'drawn';
    const notes = make('p', { class: 'ev-note', role: 'status' }, drawable ? '' : t[`evidence.picture_${picture}`] || '');
    const pane = drawable && !asText ? picturePane(view, notes) : { sheet: textPane(view), buttons: [], load() {} };
    const tools = make('div', { class: 'ev-tools' }, copyButton(view.citation[document.documentElement.lang]));
    if (drawable) {
      const other = button('ev-step ev-switch', t[asText ? 'evidence.as_picture' : 'evidence.as_text'], () => {
        asText = !asText;
        draw(view);
      });
      other.dataset.step = 'switch';
      tools.append(other, ...pane.buttons);
    }
    const title = make('p', { class: 'ev-title' }, view.source.title || view.document);
    panel.querySelector('.ev-body').replaceChildren(
      title, ...about(view), tools, pager(view), ...elsewhere(view), notes, pane.sheet);
    // What is longer than its place must be reached to be scrolled.
    for (const long of panel.querySelectorAll('.ev-facts, .ev-alarm')) {
      if (long.scrollHeight > long.clientHeight) long.tabIndex = 0;
    }
    // Who turned the page with the keyboard turns the next one without looking for the button.
    const node = again && panel.querySelector(`[data-step="${again}"]`);
    if (node) (node.disabled ? pane.sheet : node).focus({ preventScroll: true });
    const mark = pane.sheet.querySelector('mark');
    if (mark) mark.scrollIntoView({ block: 'center' });
    else pane.sheet.scrollTop = 0;
    pane.load();
  }

  function picturePane(view, notes) {
    const mine = turn;
    const range = rangeOn(view.page);
    return window.troly.picturePane({
      address: address(view.page),
      page: view.page,
      range,
      quote: range ? Array.from(view.text).slice(...range).join('') : '',
      fail(state) { if (mine === turn && panel) draw(view, state); },
      note(text) { if (mine === turn) notes.textContent = text; },
    });
  }

  function message(text, page) {
    const nodes = [make('p', { class: 'ev-message', role: 'status' }, text)];
    if (page) nodes.push(button('ev-step', texts()['evidence.retry'], () => show(page)));
    panel.querySelector('.ev-body').replaceChildren(...nodes);
  }

  // An old answer keeps its quote when the document has changed or left.
  function missing() {
    const t = texts();
    if (!shown.quote) { message(t['evidence.missing']); return; }
    message(t[`chat.quoted_${shown.stale}`] || t['evidence.quoted']);
    const body = panel.querySelector('.ev-body');
    if (shown.citation) body.prepend(make('p', { class: 'ev-title' }, shown.citation));
    body.append(make('blockquote', { class: 'ev-quote', tabindex: '0', lang: 'vi' }, shown.quote));
    if (shown.citation) body.append(make('div', { class: 'ev-tools' }, copyButton(shown.citation)));
  }

  const address = (page) => new URL(`pages/${encodeURIComponent(shown.document)}/${page}`, api).href;

  async function show(page) {
    const mine = ++turn;
    const t = texts();
    const wait = setTimeout(() => { if (mine === turn) message(t['evidence.loading']); }, 250);
    try {
      const section = page === shown.page ? shown.section : '';
      const reply = await fetch(`${address(page)}?section=${encodeURIComponent(section)}`, { headers: { Accept: 'application/json' } });
      if (mine !== turn) return;
      if (reply.status === 404) missing();
      else if (!reply.ok) message(t['evidence.failed'], page);
      else draw(await reply.json());
    } catch {
      if (mine === turn) message(t['errors.connection'], page);
    } finally {
      clearTimeout(wait);
    }
  }

  function build() {
    const t = texts();
    const head = make('h2', { id: 'ev-heading', tabindex: '-1' }, t['evidence.title']);
    const close = button('ev-close', '×', () => hide());
    close.setAttribute('aria-label', t['evidence.close']);
    const node = make('div', { id: 'tl-evidence', role: 'dialog', 'aria-labelledby': 'ev-heading' },
      make('header', {}, head, close), make('div', { class: 'ev-body' }),
      make('span', { class: 'ev-status tl-visually-hidden', role: 'status' }));
    node.addEventListener('keydown', (press) => {
      if (press.key === 'Escape') { press.stopPropagation(); hide(); }
    });
    return node;
  }

  // On a narrow screen the panel covers the page, so what is beneath must be out of reach.
  function cover() {
    const covering = panel !== null && NARROW.matches;
    for (const node of document.body.children) {
      if (node !== panel && node.nodeType === 1) node.inert = covering;
    }
    if (panel) panel.setAttribute('aria-modal', String(covering));
    document.documentElement.classList.toggle('tl-with-evidence', panel !== null);
  }

  function open(control) {
    const { document: id, page, start, end, rest, section, quote, stale, citation } = control.dataset;
    opener = control;
    shown = {
      document: id, page: Number(page), start: Number(start), end: Number(end), rest: Number(rest || 0), section, quote, stale, citation,
    };
    if (panel) panel.remove();
    panel = build();
    document.body.append(panel);
    cover();
    panel.querySelector('h2').focus({ preventScroll: true });
    show(shown.page);
  }

  // The conversation may have been drawn anew since: then the button is another node with the same place.
  function sameOpener() {
    if (opener.isConnected) return opener;
    return [...document.querySelectorAll(OPENERS)].find((node) => node.className === opener.className
      && ['document', 'page', 'start'].every((name) => node.dataset[name] === opener.dataset[name]));
  }

  function hide(giveBack = true) {
    if (!panel) return;
    panel.remove();
    panel = null;
    turn += 1;
    cover();
    const back = giveBack && sameOpener();
    if (back) back.focus();
  }

  NARROW.addEventListener('change', cover);
  document.addEventListener('click', (click) => {
    const control = click.target.closest && click.target.closest(OPENERS);
    if (control) open(control);
  });
  document.addEventListener('click', async (click) => {
    const control = click.target.closest && click.target.closest('.tl-copy');
    if (!control) return;
    const text = control.closest('.tl-answer').querySelector('.tl-text');
    const before = control.textContent;
    if (!copy(text)) return;
    control.textContent = control.dataset.copied;
    setTimeout(() => { control.textContent = before; }, 1600);
  });

  async function copyText(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const node = panel.querySelector('.ev-status');
      node.textContent = text;
      return copy(node);
    }
  }

  // On an intranet without HTTPS there is no clipboard API; a selection can still be copied.
  function copy(node) {
    const selection = window.getSelection();
    selection.selectAllChildren(node);
    const done = document.execCommand('copy');
    selection.removeAllRanges();
    return done;
  }

  window.troly = Object.assign(window.troly || {}, { hideEvidence: hide, make, fill });
})();
