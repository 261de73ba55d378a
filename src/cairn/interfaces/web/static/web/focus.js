// The skip link, and the links of a form's mistakes, without a mark in the address: a form that is
// sent keeps the mark, and the browser would then begin there and not at the new mistakes
// (autofocus). Of a group of choices the first one is meant.
"use strict";
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.skip, [role=alert] a[href^='#']");
  const there = link && document.getElementById(link.hash.slice(1));
  if (!there) return;
  event.preventDefault();
  const within = there.matches("input, select, textarea, main") ? there : there.querySelector("input, select, textarea, summary");
  (within ?? there).focus();
});
