/* Trợ lý Văn bản: <script src="https://HOST/widget.js" data-language="vi" defer></script>
   data-language vi|en · data-theme auto|light|dark · data-position right|left · data-question opening question */
(() => {
  'use strict';
  const script = document.currentScript;
  if (!script || window.customElements.get('troly-chat')) return;

  const base = new URL('.', script.src);
  const WORDS = {
    vi: {
      open: 'Mở Trợ lý Văn bản',
      close: 'Đóng Trợ lý Văn bản',
      title: 'Trợ lý Văn bản',
      refused: 'Chưa mở được Trợ lý Văn bản. Trang này có thể chưa được quản trị cho phép nhúng.',
    },
    en: {
      open: 'Open the document assistant',
      close: 'Close the document assistant',
      title: 'Document assistant',
      refused: 'The document assistant could not be opened. This page may not be on the list of allowed pages.',
    },
  };
  const STYLE = `
    :host { all: initial; }
    .bubble { position: fixed; bottom: 20px; z-index: 2147483000; width: 56px; height: 56px; padding: 0; border: 0;
      border-radius: 50%; background: #0f5257; color: #fff; cursor: pointer; box-shadow: 0 4px 16px rgb(0 0 0 / 28%); }
    .bubble:hover { background: #0b3f43; }
    .bubble:focus-visible { outline: 3px solid #f2b632; outline-offset: 2px; }
    .bubble svg { display: block; margin: auto; width: 28px; height: 28px; }
    .panel { position: fixed; bottom: 88px; z-index: 2147483000; width: 400px; height: min(640px, calc(100vh - 108px));
      border: 1px solid rgb(0 0 0 / 14%); border-radius: 12px; overflow: hidden; background: #fff;
      box-shadow: 0 12px 40px rgb(0 0 0 / 24%); }
    .panel[hidden] { display: none; }
    .right { right: 20px; }
    .left { left: 20px; }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    p { margin: 0; padding: 24px; font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif;
      color: #1c2733; }
    @media (max-width: 480px) {
      .panel { left: 0; right: 0; bottom: 0; width: 100%; height: 100%; border: 0; border-radius: 0; }
      .open .bubble { display: none; }
    }`;
  const GRACE_MS = 1500;
  const READY_MS = 20000;

  function icon() {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('aria-hidden', 'true');
    const path = document.createElementNS(svg.namespaceURI, 'path');
    path.setAttribute('d', 'M4 4h16v12H9l-5 4zM8 8.5h8M8 12h5');
    for (const [name, value] of Object.entries({
      fill: 'none', stroke: 'currentColor', 'stroke-width': '1.8', 'stroke-linejoin': 'round', 'stroke-linecap': 'round',
    })) path.setAttribute(name, value);
    svg.append(path);
    return svg;
  }

  class TrolyChat extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      const shadow = this.attachShadow({ mode: 'open' });
      // A constructed sheet passes the strictest policy of the page around, where a style element would not.
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      shadow.adoptedStyleSheets = [sheet];
      this.words = WORDS[this.dataset.language === 'en' ? 'en' : 'vi'];
      const side = this.dataset.position === 'left' ? 'left' : 'right';
      this.frame = null;
      this.ready = false;
      this.panel = document.createElement('div');
      this.panel.className = `panel ${side}`;
      this.panel.hidden = true;
      this.bubble = document.createElement('button');
      this.bubble.type = 'button';
      this.bubble.className = `bubble ${side}`;
      this.bubble.append(icon());
      this.bubble.addEventListener('click', () => this.toggle(this.panel.hidden));
      this.holder = document.createElement('div');
      this.holder.append(this.panel, this.bubble);
      shadow.append(this.holder);
      this.listener = (event) => this.receive(event);
      window.addEventListener('message', this.listener);
      this.label();
    }

    disconnectedCallback() {
      window.removeEventListener('message', this.listener);
    }

    label() {
      const open = !this.panel.hidden;
      this.bubble.setAttribute('aria-label', open ? this.words.close : this.words.open);
      this.bubble.setAttribute('aria-expanded', String(open));
      this.holder.className = open ? 'open' : '';
    }

    toggle(open) {
      if (open && !this.frame) this.load();
      this.panel.hidden = !open;
      this.label();
      if (open) this.tell('troly:focus');
      else this.bubble.focus();
    }

    // The frame is made at the first opening: a page that nobody asks from costs the server nothing.
    load() {
      const address = new URL('embed', base);
      const { language = 'vi', theme = 'auto', question = '' } = this.dataset;
      address.search = new URLSearchParams({ lang: language, theme, q: question, host: location.origin });
      this.frame = document.createElement('iframe');
      this.frame.title = this.words.title;
      this.frame.referrerPolicy = 'strict-origin';
      this.frame.src = address;
      // A refused frame loads an empty page; the chat says that it is ready before its page has loaded.
      const check = () => { if (!this.ready) this.refuse(); };
      this.frame.addEventListener('load', () => setTimeout(check, GRACE_MS), { once: true });
      setTimeout(check, READY_MS);
      this.panel.append(this.frame);
    }

    refuse() {
      const text = document.createElement('p');
      text.setAttribute('role', 'alert');
      text.textContent = this.words.refused;
      this.panel.replaceChildren(text);
    }

    tell(type) {
      if (this.ready) this.frame.contentWindow.postMessage({ type }, base.origin);
    }

    receive(event) {
      if (!this.frame || event.origin !== base.origin || event.source !== this.frame.contentWindow) return;
      const type = event.data && event.data.type;
      if (type === 'troly:ready') {
        this.ready = true;
        this.tell('troly:focus');
      } else if (type === 'troly:close') {
        this.toggle(false);
      }
    }
  }

  window.customElements.define('troly-chat', TrolyChat);
  const chat = document.createElement('troly-chat');
  Object.assign(chat.dataset, { ...script.dataset });
  const place = () => document.body.append(chat);
  if (document.body) place();
  else document.addEventListener('DOMContentLoaded', place);
})();
