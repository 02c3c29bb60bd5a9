// Runs before the first paint: sets data-theme on <html> to "light" or "dark" and keeps it with the choice.
(() => {
  'use strict';
  const root = document.documentElement;
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  const asked = root.dataset.theme;
  const fixed = asked === 'light' || asked === 'dark';

  function stored() {
    try { return localStorage.getItem('troly-theme'); } catch { return null; }
  }

  function apply() {
    root.dataset.theme = fixed ? asked : stored() || (system.matches ? 'dark' : 'light');
    document.dispatchEvent(new Event('troly:theme'));
  }

  window.troly = Object.assign(window.troly || {}, {
    toggleTheme() {
      const next = root.dataset.theme === 'dark' ? 'light' : 'dark';
      try { localStorage.setItem('troly-theme', next); } catch { /* a browser that keeps nothing */ }
      root.dataset.theme = next;
      document.dispatchEvent(new Event('troly:theme'));
    },
  });
  system.addEventListener('change', apply);
  apply();
})();
