// The evidence panel: a document's page as text with the cited sentence marked. Shared by the chat and the embedded
// chat. Text from the server only ever becomes text nodes.
(() => {
  'use strict';
  const OPENERS = '.tl-cite, .tl-source, .tl-evidence-link';
  const NARROW = window.matchMedia('(max-width: 1099px)');
  const api = new URL('api/v1/', document.baseURI);
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
    const notes = view.signature_notes ? view.signature_notes[document.documentElement.lang] || [] : [];
    if (notes.length) {
      list.append(make('dt', {}, t['evidence.signature']), make('dd', {}, ...notes.map((note) => make('p', {}, note))));
    }
    return list;
  }

  function pager(view) {
    const t = texts();
    const step = (text, page, possible) => {
      const node = button('ev-step', text, () => show(page));
      node.disabled = !possible;
      return node;
    };
    return make('nav', { class: 'ev-pager', 'aria-label': t['evidence.title'] },
      step(t['evidence.previous'], view.page - 1, view.page > 1),
      make('span', { 'aria-live': 'polite' }, fill(t['evidence.position'], { page: view.page, pages: view.pages })),
      step(t['evidence.next'], view.page + 1, view.page < view.pages));
  }

  function draw(view) {
    const t = texts();
    const here = view.page === shown.page;
    const page = make('div', { class: 'ev-page', tabindex: '0', lang: 'vi' });
    const lines = paragraphs(view.text, here ? shown.start : -1, here ? shown.end : -1);
    page.append(...(lines.length ? lines : [make('p', {}, t['evidence.empty'])]));
    const body = [make('p', { class: 'ev-title' }, view.source.title || view.document), facts(view), pager(view)];
    if (!here) {
      body.push(make('p', { class: 'ev-elsewhere' }, fill(t['evidence.elsewhere'], { page: shown.page }), ' ',
        button('ev-link', t['evidence.back_to_quote'], () => show(shown.page))));
    }
    panel.querySelector('.ev-body').replaceChildren(...body, page);
    const mark = page.querySelector('mark');
    if (mark) mark.scrollIntoView({ block: 'center' });
    else page.scrollTop = 0;
  }

  function message(text, page) {
    const nodes = [make('p', { class: 'ev-message', role: 'status' }, text)];
    if (page) nodes.push(button('ev-step', texts()['evidence.retry'], () => show(page)));
    panel.querySelector('.ev-body').replaceChildren(...nodes);
  }

  // An old answer keeps its quote when the document has changed or left.
  function missing() {
    if (!shown.quote) { message(texts()['evidence.missing']); return; }
    message(texts()['evidence.quoted']);
    panel.querySelector('.ev-body').append(make('blockquote', { class: 'ev-quote', tabindex: '0', lang: 'vi' }, shown.quote));
  }

  async function show(page) {
    const mine = ++turn;
    const t = texts();
    const wait = setTimeout(() => { if (mine === turn) message(t['evidence.loading']); }, 250);
    try {
      const address = new URL(`pages/${encodeURIComponent(shown.document)}/${page}`, api);
      const reply = await fetch(address, { headers: { Accept: 'application/json' } });
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
      make('header', {}, head, close), make('div', { class: 'ev-body' }));
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
    const { document: id, page, start, end, section, quote } = control.dataset;
    opener = control;
    shown = { document: id, page: Number(page), start: Number(start), end: Number(end), section, quote };
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

  // On an intranet without HTTPS there is no clipboard API; a selection can still be copied.
  function copy(node) {
    const selection = window.getSelection();
    selection.selectAllChildren(node);
    const done = document.execCommand('copy');
    selection.removeAllRanges();
    return done;
  }

  window.troly = Object.assign(window.troly || {}, { hideEvidence: hide });
})();
