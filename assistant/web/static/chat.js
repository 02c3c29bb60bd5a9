// The chat page: what Gradio's components leave to the page itself.
(() => {
  'use strict';
  const all = JSON.parse(document.querySelector('meta[name="troly-texts"]').content);
  const root = document.documentElement;
  const language = () => (root.lang in all ? root.lang : 'vi');
  window.troly.texts = () => all[language()];

  function themeButton() {
    const button = document.getElementById('tl-theme');
    if (!button) return;
    const text = all[language()][root.dataset.theme === 'dark' ? 'page.to_light' : 'page.to_dark'];
    if (button.getAttribute('aria-label') === text) return;
    button.setAttribute('aria-label', text);
    button.title = text;
  }

  // Gradio follows the system's theme on its own; the choice made here wins.
  function followTheme() {
    const dark = root.dataset.theme === 'dark';
    if (document.body.classList.contains('dark') !== dark) document.body.classList.toggle('dark', dark);
    themeButton();
  }

  function followLanguage() {
    const chosen = document.querySelector('#tl-language input:checked');
    if (!chosen || !(chosen.value in all) || chosen.value === root.lang) return;
    root.lang = chosen.value;
    window.troly.hideEvidence();
    themeButton();
  }

  function firstViewGone() {
    const first = document.getElementById('tl-first');
    if (first && document.querySelector('#tl-question textarea')) first.remove();
  }

  setTimeout(() => {
    const words = document.querySelector('#tl-first p:last-of-type');
    if (words) words.textContent = all[language()]['page.failed'];
  }, 30000);

  // Twice an exchange, when the question appears and when its answer is whole; in between the reader may scroll.
  let seen = 0;
  let questionsSeen = 0;
  function scrollToQuestion() {
    const questions = document.querySelectorAll('#tl-conversation .tl-question, #tl-live .tl-question');
    const answers = document.querySelectorAll('#tl-conversation :is(.tl-answer, .tl-log > .tl-notice)');
    const now = questions.length + answers.length;
    if (now > seen && questions.length) questions[questions.length - 1].scrollIntoView({ block: 'start' });
    // A passage of an earlier answer beside a new question would mislead.
    if (questions.length > questionsSeen) window.troly.hideEvidence(false);
    questionsSeen = questions.length;
    seen = now;
  }

  // Gradio owns the nodes and says nothing of its own about when they are there.
  let due = false;
  new MutationObserver(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      firstViewGone();
      followTheme();
      followLanguage();
      scrollToQuestion();
    });
  }).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['class'] });

  document.addEventListener('troly:theme', followTheme);
  document.addEventListener('change', followLanguage);
  document.addEventListener('click', (click) => {
    if (click.target.closest('#tl-theme')) window.troly.toggleTheme();
    if (click.target.closest('.tl-skip')) {
      click.preventDefault();
      document.querySelector('#tl-question textarea').focus();
    }
    if (click.target.closest('#tl-new')) window.troly.hideEvidence(false);
  });
  document.addEventListener('keydown', (press) => {
    if (press.key === 'Escape') window.troly.hideEvidence();
  });
})();
