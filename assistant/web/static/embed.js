// The embedded chat. Talks to this server alone; to the page around it only through checked messages.
(() => {
  'use strict';
  const settings = JSON.parse(document.body.dataset.settings);
  const texts = JSON.parse(document.body.dataset.texts);
  window.troly.texts = () => texts;
  const log = document.getElementById('em-log');
  const form = document.getElementById('em-form');
  const box = document.getElementById('em-question');
  const submit = form.querySelector('button');
  const history = [];
  let running = null;

  function element(name, text = '') {
    const node = document.createElement('div');
    node.className = name;
    node.textContent = text;
    return node;
  }

  function notice(text) {
    const node = element('tl-notice tl-notice-error', text);
    node.setAttribute('role', 'alert');
    return node;
  }

  // Yields {name, value} for each server-sent event; events end with an empty line.
  async function* events(reply) {
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += value;
      const whole = rest.split('\n\n');
      rest = whole.pop();
      for (const block of whole) {
        const [first, second] = block.split('\n');
        yield { name: first.slice('event: '.length), value: JSON.parse(second.slice('data: '.length)) };
      }
    }
  }

  async function request(question) {
    return fetch(new URL('embed/ask', document.baseURI), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
      body: JSON.stringify({ question, history: history.slice(-16), language: settings.language }),
      signal: running.signal,
    });
  }

  // The server's HTML holds nothing unescaped, and this page's policy runs no script but its own files.
  function placeAnswer(pending, question, value) {
    const shell = document.createElement('template');
    shell.innerHTML = value.html;
    pending.replaceWith(shell.content);
    history.push({ role: 'user', content: question }, { role: 'assistant', content: value.text.slice(0, 20000) });
  }

  async function read(reply, question, pending) {
    let text = '';
    for await (const { name, value } of events(reply)) {
      if (name === 'piece') {
        text += value;
        pending.textContent = text;
      } else if (name === 'answer') {
        placeAnswer(pending, question, value);
        return;
      } else if (name === 'error') {
        pending.replaceWith(notice(value.detail));
        return;
      }
    }
    pending.replaceWith(notice(texts['errors.connection']));
  }

  async function problem(reply) {
    try { return (await reply.json()).detail; } catch { return texts['errors.connection']; }
  }

  async function ask(question) {
    if (running) return;
    running = new AbortController();
    submit.disabled = true;
    const welcome = log.querySelector('.em-welcome');
    if (welcome) welcome.remove();
    const asked = element('tl-question', question);
    const pending = element('tl-answer tl-pending em-pending', texts['chat.searching']);
    log.append(asked, pending);
    asked.scrollIntoView({ block: 'start' });
    try {
      const reply = await request(question);
      if (reply.ok) await read(reply, question, pending);
      else pending.replaceWith(notice(await problem(reply)));
    } catch {
      pending.replaceWith(notice(texts['errors.connection']));
    } finally {
      running = null;
      submit.disabled = false;
    }
  }

  function fit() {
    box.style.height = 'auto';
    box.style.height = `${Math.min(box.scrollHeight + 2, 120)}px`;
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const question = box.value.trim();
    if (!question || running) return;
    box.value = '';
    fit();
    ask(question);
  });
  box.addEventListener('input', fit);
  box.addEventListener('keydown', (press) => {
    if (press.key !== 'Enter' || press.shiftKey || press.isComposing) return;
    press.preventDefault();
    form.requestSubmit();
  });
  document.addEventListener('click', (click) => {
    const control = click.target.closest('[data-ask]');
    if (!control) return;
    window.troly.hideEvidence(false);
    ask(control.dataset.ask);
  });

  // The page around: of this server, or one that the server's list allows.
  const claimed = new URLSearchParams(location.search).get('host');
  const peer = claimed === location.origin ? claimed : settings.host;
  const framed = window.parent !== window;
  if (framed && peer) {
    const close = document.querySelector('.em-close');
    const tell = (type) => window.parent.postMessage({ type }, peer);
    close.hidden = false;
    close.addEventListener('click', () => tell('troly:close'));
    document.addEventListener('keydown', (press) => {
      if (press.key === 'Escape' && !document.getElementById('tl-evidence')) tell('troly:close');
    });
    window.addEventListener('message', (event) => {
      if (event.source !== window.parent || event.origin !== peer) return;
      if (event.data && event.data.type === 'troly:focus') box.focus();
    });
    tell('troly:ready');
  }
  if (settings.opening) ask(settings.opening);
  else if (!framed) box.focus();
})();
