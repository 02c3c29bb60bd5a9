// The list of stored conversations beside the chat: open, search, rename, delete. Text from the server only ever
// becomes text nodes. Who a person is, the server knows by a cookie that no script can read.
(() => {
  'use strict';
  const address = (tail = '') => new URL(`api/v1/conversations${tail}`, document.baseURI);
  const NARROW = window.matchMedia('(max-width: 1099px)');
  const WIDE = window.matchMedia('(min-width: 1400px)');
  const STORED = 'troly-history';
  const WINDOW = 50;
  let panel = null;
  let rows = [];
  let total = 0;
  let turn = 0;
  let drawn = '';
  let late = false;

  const texts = () => window.troly.texts();
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  const say = (name, values = {}) => fill(texts()[name], values);
  const toggle = () => document.getElementById('tl-history-toggle');
  const list = () => panel.querySelector('.hi-list');
  const form = () => panel.querySelector('.hi-form');
  const log = () => document.querySelector('#tl-conversation .tl-log');
  const current = () => (log() ? log().dataset.conversation : '');

  function make(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  function button(name, text, action, label) {
    const node = make('button', { type: 'button', class: name }, text);
    if (label) {
      node.setAttribute('aria-label', label);
      node.title = label;
    }
    node.addEventListener('click', action);
    return node;
  }

  function remembered() {
    try {
      return localStorage.getItem(STORED);
    } catch {
      return null;
    }
  }

  function remember(open) {
    try {
      localStorage.setItem(STORED, open ? 'open' : 'closed');
    } catch { /* a browser that keeps nothing opens the list as the screen allows */ }
  }

  function status(text) {
    panel.querySelector('.hi-status').textContent = text;
  }

  async function call(tail, options = {}) {
    const headers = { Accept: 'application/json', 'Content-Type': 'application/json' };
    const reply = await fetch(address(tail), { headers, ...options });
    if (!reply.ok) throw new Error(String(reply.status));
    return reply.status === 204 ? null : reply.json();
  }

  // -------------------------------------------------------------- the list

  // While a title is edited or a deletion is asked about, the list stands still: the form would go with its row.
  function held() {
    late = form() !== null;
    return late;
  }

  async function load(more = false) {
    const mine = ++turn;
    if (held()) return;
    const query = panel.querySelector('#hi-search').value.trim();
    const offset = more ? rows.length : 0;
    const wait = setTimeout(() => { if (mine === turn) status(say('history.loading')); }, 400);
    try {
      const found = await call(`?${new URLSearchParams({ q: query, offset, limit: WINDOW })}`);
      if (mine !== turn || !panel || held()) return;
      rows = more ? rows.concat(found.conversations) : found.conversations;
      total = found.total;
      draw();
      if (total === 0) status(say(query ? 'history.nothing' : 'history.empty'));
      else status(query ? say('history.found', { count: total }) : '');
    } catch {
      if (mine !== turn || !panel || held()) return;
      status(say('history.failed'));
      list().replaceChildren(make('li', {}, button('hi-more', say('history.retry'), () => load())));
    } finally {
      clearTimeout(wait);
    }
  }

  function when(stamp) {
    const day = new Date(stamp);
    const locale = document.documentElement.lang === 'en' ? 'en-GB' : 'vi-VN';
    const today = day.toDateString() === new Date().toDateString();
    const shape = today ? { hour: '2-digit', minute: '2-digit' } : { day: '2-digit', month: '2-digit', year: 'numeric' };
    return make('time', { datetime: stamp }, day.toLocaleString(locale, shape));
  }

  function item(row) {
    const open = button('hi-open', '', () => openStored(row));
    open.append(make('span', { class: 'hi-title' }, row.title), when(row.updated_at));
    if (row.id === current()) open.setAttribute('aria-current', 'true');
    const node = make('li', { 'data-id': row.id }, open,
      button('hi-rename', '✎', () => rename(row), say('history.rename', { title: row.title })),
      button('hi-export', '⤓', () => offer(row), say('history.export', { title: row.title })),
      button('hi-delete', '✕', () => confirm(row), say('history.delete', { title: row.title })));
    return node;
  }

  // Who asks for another list lets an open form go.
  function reload(more) {
    if (form()) draw();
    load(more);
  }

  function draw() {
    const nodes = rows.map(item);
    if (rows.length < total) nodes.push(make('li', {}, button('hi-more', say('history.more'), () => reload(true))));
    list().replaceChildren(...nodes);
    mark();
  }

  // Which conversation is open, and how much was said in it: the list is stale when this changes.
  function shown() {
    const said = log();
    return said ? `${said.dataset.conversation} ${said.querySelectorAll('.tl-answer').length}` : '';
  }

  function mark() {
    drawn = shown();
    for (const node of list().querySelectorAll('[data-id]')) {
      const open = node.querySelector('.hi-open');
      if (!open) continue;
      if (node.dataset.id === current()) open.setAttribute('aria-current', 'true');
      else open.removeAttribute('aria-current');
    }
  }

  // The list as it is behind a form; what came meanwhile is fetched.
  function settle() {
    draw();
    if (late) load();
  }

  const place = (id) => list().querySelector(`[data-id="${CSS.escape(id)}"]`);

  function focusOn(id, name) {
    const node = place(id);
    const target = (node && node.querySelector(name)) || panel.querySelector('#hi-search');
    target.focus();
  }

  // -------------------------------------------------------- one conversation

  function openStored(row) {
    const wish = new CustomEvent('troly:open', { detail: row.id, bubbles: true });
    const ear = document.querySelector('#tl-chosen .tl-chosen');
    ear.dispatchEvent(wish);
    window.troly.hideEvidence(false);
    status(say('history.opened', { title: row.title }));
    if (NARROW.matches) hide();
  }

  function rename(row) {
    if (form()) draw();
    const node = place(row.id);
    const field = make('input', { type: 'text', maxlength: '200', 'aria-label': say('history.name'), class: 'hi-name' });
    field.value = row.title;
    const back = () => { settle(); focusOn(row.id, '.hi-rename'); };
    const editor = make('form', { class: 'hi-form' }, field,
      make('button', { type: 'submit' }, say('history.save')), button('hi-cancel', say('history.cancel'), back));
    editor.addEventListener('keydown', (press) => {
      if (press.key === 'Escape') { press.stopPropagation(); back(); }
    });
    editor.addEventListener('submit', async (sent) => {
      sent.preventDefault();
      const title = field.value.trim();
      if (!title) { field.focus(); return; }
      try {
        const renamed = await call(`/${row.id}`, { method: 'PATCH', body: JSON.stringify({ title }) });
        rows = rows.map((one) => (one.id === row.id ? renamed : one));
        if (!panel) return;
        if (editor.isConnected) back();
        else if (!form()) draw();
        status(say('history.renamed'));
      } catch {
        if (panel) status(say('history.not_done'));
      }
    });
    node.replaceChildren(editor);
    field.select();
    field.focus();
  }

  function confirm(row) {
    if (form()) draw();
    const node = place(row.id);
    const back = () => { settle(); focusOn(row.id, '.hi-delete'); };
    const question = make('p', { id: 'hi-confirm' }, say('history.confirm', { title: row.title }));
    const keep = button('hi-cancel', say('history.cancel'), back);
    const group = make('div', { class: 'hi-form', role: 'group', 'aria-labelledby': 'hi-confirm' }, question,
      button('hi-really', say('history.confirm_delete'), () => remove(row, group)), keep);
    group.addEventListener('keydown', (press) => {
      if (press.key === 'Escape') { press.stopPropagation(); back(); }
    });
    node.replaceChildren(group);
    keep.focus();
  }

  function offer(row) {
    if (form()) draw();
    const node = place(row.id);
    const back = () => { settle(); focusOn(row.id, '.hi-export'); };
    const link = (format, name) => make('a', { class: 'hi-file', href: address(`/${row.id}/export?format=${format}`), download: '' }, name);
    const question = make('p', { id: 'hi-offer' }, say('history.export_as'));
    const group = make('div', { class: 'hi-form', role: 'group', 'aria-labelledby': 'hi-offer' }, question,
      link('docx', 'Word (DOCX)'), link('pdf', 'PDF'), button('hi-cancel', say('history.cancel'), back));
    group.addEventListener('keydown', (press) => {
      if (press.key === 'Escape') { press.stopPropagation(); back(); }
    });
    node.replaceChildren(group);
    group.querySelector('a').focus();
  }

  async function remove(row, asked) {
    try {
      await call(`/${row.id}`, { method: 'DELETE' });
    } catch (error) {
      // Deleted in another tab meanwhile: what was wanted is so.
      if (error.message !== '404') {
        if (panel) status(say('history.not_done'));
        return;
      }
    }
    if (row.id === current()) begin();
    if (!panel) return;
    // The list may be another one by now, or another form be open in it.
    const at = rows.findIndex((one) => one.id === row.id);
    if (at < 0) { load(); return; }
    rows.splice(at, 1);
    total -= 1;
    if (form() && !asked.isConnected) return;
    settle();
    status(total ? say('history.deleted') : `${say('history.deleted')} ${say('history.empty')}`);
    const next = rows[Math.min(at, rows.length - 1)];
    focusOn(next ? next.id : '', '.hi-open');
  }

  function begin() {
    const fresh = document.getElementById('tl-new');
    if (fresh) fresh.click();
  }

  // --------------------------------------------------------------- the panel

  function build() {
    const head = make('h2', { id: 'hi-heading', tabindex: '-1' }, say('history.title'));
    const search = make('input', { type: 'search', id: 'hi-search', maxlength: '200', placeholder: say('history.search'), autocomplete: 'off' });
    let pause = 0;
    search.addEventListener('input', () => {
      clearTimeout(pause);
      pause = setTimeout(() => { if (panel) reload(); }, 200);
    });
    const fresh = button('hi-new', say('history.new'), () => {
      begin();
      if (NARROW.matches) hide();
      document.querySelector('#tl-question textarea').focus();
    });
    const node = make('aside', { id: 'tl-history', 'aria-labelledby': 'hi-heading' },
      make('header', {}, head, button('hi-close', '×', () => { remember(false); hide(); }, say('history.close'))),
      fresh, make('label', { for: 'hi-search', class: 'tl-visually-hidden' }, say('history.search')), search,
      make('p', { class: 'hi-status', role: 'status' }), make('ul', { class: 'hi-list' }));
    node.addEventListener('keydown', (press) => {
      if (press.key !== 'Escape' || !NARROW.matches) return;
      press.stopPropagation();
      hide();
    });
    return node;
  }

  // On a narrow screen the list covers the page, so what is beneath must be out of reach.
  function cover() {
    const covering = panel !== null && NARROW.matches;
    for (const node of document.body.children) {
      if (node !== panel && node.nodeType === 1 && node.id !== 'tl-evidence') node.inert = covering;
    }
    if (panel) {
      if (covering) Object.entries({ role: 'dialog', 'aria-modal': 'true' }).forEach(([n, v]) => panel.setAttribute(n, v));
      else ['role', 'aria-modal'].forEach((name) => panel.removeAttribute(name));
    }
    document.documentElement.classList.toggle('tl-with-history', panel !== null);
    label();
  }

  function show(focus, typed = '') {
    panel = build();
    panel.querySelector('#hi-search').value = typed;
    document.body.prepend(panel);
    cover();
    if (focus) panel.querySelector('h2').focus({ preventScroll: true });
    load();
  }

  function hide() {
    if (!panel) return;
    panel.remove();
    panel = null;
    turn += 1;
    cover();
    if (toggle()) toggle().focus();
  }

  function label() {
    const node = toggle();
    if (!node) return;
    const text = say(panel ? 'history.close' : 'history.open');
    if (node.getAttribute('aria-label') !== text) {
      node.setAttribute('aria-label', text);
      node.title = text;
    }
    const open = String(panel !== null);
    if (node.getAttribute('aria-expanded') !== open) node.setAttribute('aria-expanded', open);
  }

  document.addEventListener('click', (click) => {
    if (!click.target.closest || !click.target.closest('#tl-history-toggle')) return;
    remember(panel === null);
    if (panel) hide();
    else show(true);
  });
  NARROW.addEventListener('change', cover);

  // In another language the list is built anew; what was typed into the search stays.
  function relabel() {
    if (!panel || panel.lang === document.documentElement.lang) return;
    if (panel.lang) {
      const typed = panel.querySelector('#hi-search').value;
      const inside = panel.contains(document.activeElement);
      panel.remove();
      show(inside, typed);
    }
    panel.lang = document.documentElement.lang;
  }

  let begun = false;
  let due = false;
  function follow() {
    due = false;
    if (!toggle()) return;
    if (!begun) {
      begun = true;
      const wanted = remembered();
      if (!NARROW.matches && (wanted === 'open' || (wanted === null && WIDE.matches))) show(false);
    }
    label();
    relabel();
    if (panel && shown() !== drawn) {
      mark();
      load();
    }
  }
  new MutationObserver(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(follow);
  }).observe(document.body, { childList: true, subtree: true });
  document.addEventListener('change', () => requestAnimationFrame(follow));
})();
