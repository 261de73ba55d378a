// Arrows go from word to word, the space bar marks; k keeps, w withholds, m marks, z takes back.
// Without this the boxes and the buttons do the same.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const word = event.target.closest(".text input");
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (word && step) {
    const all = [...document.querySelectorAll(".text input")];
    const next = all[all.indexOf(word) + step];
    if (next) next.focus();
    event.preventDefault();
    return;
  }
  if (!word && event.target.closest("input, textarea, select, [contenteditable]")) return;
  const button = document.querySelector(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!button) return;
  event.preventDefault();
  button.focus();
  button.click();
});
