// Read the values of a chart by pointer and by arrow keys. The texts are in the page, as the table
// beside has them: this script computes nothing. Without it, chart and table can still be read.
"use strict";
(() => {
  for (const chart of document.querySelectorAll("[data-chart]")) {
    const marks = [...chart.querySelectorAll("[data-value]")];
    const output = chart.querySelector("output");
    let current = -1;
    const show = (index) => {
      marks[current]?.classList.remove("current");
      current = index;
      marks[current]?.classList.add("current");
      output.textContent = marks[current]?.dataset.value ?? chart.dataset.hint;
    };
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    chart.tabIndex = 0;
    chart.setAttribute("role", "group");
    chart.setAttribute("aria-label", `${chart.dataset.name}. ${chart.dataset.hint}`);
    output.hidden = false;
    show(-1);
    chart.addEventListener("keydown", (event) => {
      const last = marks.length - 1;
      const next = { Home: 0, End: last, Escape: -1 }[event.key]
        ?? (steps[event.key] && Math.min(Math.max(current + steps[event.key], 0), last));
      if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      show(next);
    });
    for (const kind of ["pointerover", "pointerdown"]) chart.addEventListener(kind, (event) => {
      const index = marks.indexOf(event.target.closest("[data-value]"));
      if (index >= 0) show(index);
    });
    chart.addEventListener("pointerleave", () => { if (document.activeElement !== chart) show(-1); });
  }
})();
