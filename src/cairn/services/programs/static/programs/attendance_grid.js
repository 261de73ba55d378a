// On the grid a letter marks a child and goes to the next child of the same day; arrow keys move.
// The fields and the Tab key do the same without this.
"use strict";
(() => {
  const table = document.querySelector("table.letter-grid");
  if (!table) return;
  const find = (cell, across, down) => {
    const row = table.rows[cell.parentElement.rowIndex + down];
    return row?.cells[cell.cellIndex + across]?.querySelector("input[type=text]");
  };
  const MOVES = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  const go = (field, across, down) => {
    const next = find(field.closest("td"), across, down);
    next?.focus();
    next?.select();
    return Boolean(next);
  };
  table.addEventListener("keydown", (event) => {
    if (!event.target.matches("input[type=text]") || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = MOVES[event.key];
    const isLetter = event.key.length === 1 && "paelx".includes(event.key.toLowerCase());
    if (!move && !isLetter) return;
    event.preventDefault();
    if (isLetter) event.target.value = event.key.toUpperCase();
    go(event.target, ...(move ?? [0, 1]));
  });
})();
