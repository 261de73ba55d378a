// On the roster a letter marks a child and goes to the next; Shift and P marks all others present.
// The choices and buttons do the same without this.
"use strict";
(() => {
  const form = document.querySelector("form.attendance");
  if (!form) return;
  const rows = [...form.querySelectorAll("fieldset")];
  const choose = (row, letter) => {
    const choice = row.querySelector(`input[data-letter="${letter}"]`);
    if (choice) choice.checked = true;
    return choice;
  };
  form.addEventListener("keydown", (event) => {
    // After the minutes of one child, the next letter is the next child's.
    const isChoice = event.target.matches("input[type=radio]");
    const own = event.target.closest("fieldset");
    const row = isChoice ? own : event.target.closest(".minutes") && rows[rows.indexOf(own) + 1];
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.shiftKey && event.key.toLowerCase() === "p") {
      event.preventDefault();
      rows.filter((one) => !one.querySelector(":checked")).forEach((one) => choose(one, "p"));
      form.querySelector("button[type=submit]").focus();
      return;
    }
    const choice = event.key.length === 1 && choose(row, event.key.toLowerCase());
    if (!choice) return;
    event.preventDefault();
    const next = rows[rows.indexOf(row) + 1];
    const minutes = ["l", "x"].includes(choice.dataset.letter) && row.querySelector(".minutes input");
    const target = minutes || (next ? next.querySelector(":checked") ?? next.querySelector("input[type=radio]") : form.querySelector("button[type=submit]"));
    target.focus();
  });
})();
