// A page as its original shows it, with the cited stretch highlighted, in the evidence panel. Places are shares of the
// picture, so that the highlight grows and shrinks with it.
(() => {
  'use strict';
  const ZOOMS = [100, 150, 200, 300];
  const LEGIBLE = 420;
  let zoom = null;

  const texts = () => window.troly.texts();
  const make = (...parts) => window.troly.make(...parts);

  function boxNode([left, top, right, bottom]) {
    const node = make('span', { class: 'ev-box' });
    // Set by script: the page's policy lets no style through that stands in markup.
    Object.assign(node.style, {
      left: `${left / 100}%`, top: `${top / 100}%`, width: `${(right - left) / 100}%`, height: `${(bottom - top) / 100}%`,
    });
    return node;
  }

  function reveal(sheet) {
    const box = sheet.querySelector('.ev-box');
    if (!box) { sheet.scrollTo(0, 0); return; }
    const [at, frame] = [box.getBoundingClientRect(), sheet.getBoundingClientRect()];
    sheet.scrollBy(at.left - frame.left - 24, at.top - frame.top - sheet.clientHeight / 3);
  }

  function zoomButtons(sheet, paper) {
    const t = texts();
    const buttons = [];
    const set = (value) => {
      zoom = value;
      paper.style.width = `${value}%`;
      buttons.forEach((node, at) => { node.disabled = value === (at ? ZOOMS[ZOOMS.length - 1] : ZOOMS[0]); });
    };
    const step = (sign, name, by) => {
      const node = make('button', { type: 'button', class: 'ev-step ev-zoom', 'aria-label': t[name], title: t[name] }, sign);
      node.addEventListener('click', () => {
        set(ZOOMS[Math.min(Math.max(ZOOMS.indexOf(zoom) + by, 0), ZOOMS.length - 1)]);
        reveal(sheet);
        if (node.disabled) sheet.focus({ preventScroll: true });
      });
      buttons.push(node);
    };
    step('−', 'evidence.zoom_out', -1);
    step('+', 'evidence.zoom_in', 1);
    return [buttons, set];
  }

  // `fail(state)` is called once where there is no picture after all.
  function pane({ address, page, range, quote, fail, note }) {
    const t = texts();
    const fill = window.troly.fill;
    const alt = fill(t[range ? 'evidence.picture_alt_quote' : 'evidence.picture_alt'], { page, quote });
    const image = make('img', { alt, decoding: 'async', hidden: '' });
    const boxes = make('div', { class: 'ev-boxes', 'aria-hidden': 'true' });
    const paper = make('div', { class: 'ev-paper' }, image, boxes);
    const wait = make('p', { class: 'ev-message', role: 'status' }, t['evidence.picture_loading']);
    const sheet = make('div', {
      class: 'ev-page ev-sheet', tabindex: '0', role: 'group', 'aria-label': fill(t['evidence.picture_alt'], { page }),
      'data-state': 'loading',
    }, wait, paper);
    const [buttons, set] = zoomButtons(sheet, paper);

    async function load() {
      const [start, end] = range || [0, 0];
      let found;
      try {
        const reply = await fetch(`${address}/highlight?start=${start}&end=${end}`, { headers: { Accept: 'application/json' } });
        if (!reply.ok) throw new Error(String(reply.status));
        found = await reply.json();
      } catch {
        fail('unreadable');
        return;
      }
      if (found.state !== 'drawn') { fail(found.state); return; }
      image.width = found.width;
      image.height = found.height;
      image.addEventListener('error', () => fail('unreadable'), { once: true });
      image.addEventListener('load', () => {
        wait.remove();
        image.hidden = false;
        boxes.replaceChildren(...found.boxes.map(boxNode));
        set(zoom || (sheet.clientWidth < LEGIBLE ? 200 : 100));
        reveal(sheet);
        if (range && !found.boxes.length) note(t['evidence.not_located']);
        sheet.dataset.state = 'shown';
      }, { once: true });
      image.src = `${address}/picture`;
    }

    return { sheet, buttons, load };
  }

  window.troly = Object.assign(window.troly || {}, { picturePane: pane });
})();
