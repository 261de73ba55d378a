"use strict";
// Draw a signature with a finger or a mouse. The path of the lines goes with the form; without this
// file the adult's name alone is recorded.
for (const box of document.querySelectorAll("[data-signature]")) {
  const longest = 8000;
  const pad = box.querySelector("svg");
  const path = box.querySelector("path");
  const field = box.querySelector("input");
  let draws = false;
  const add = (letter, event) => {
    const area = pad.getBoundingClientRect();
    const scale = (at, start, length, size) =>
      Math.max(0, Math.min(size, Math.round(((at - start) / length) * size)));
    const x = scale(event.clientX, area.left, area.width, 300);
    const y = scale(event.clientY, area.top, area.height, 100);
    const text = `${field.value}${letter}${x} ${y}`;
    if (text.length > longest) return;
    field.value = text;
    path.setAttribute("d", text);
  };
  pad.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    draws = true;
    add("M", event);
  });
  pad.addEventListener("pointermove", (event) => {
    if (draws) add("L", event);
  });
  for (const end of ["pointerup", "pointercancel"])
    pad.addEventListener(end, () => {
      draws = false;
    });
  box.querySelector("button").addEventListener("click", () => {
    field.value = "";
    path.setAttribute("d", "");
  });
  box.hidden = false;
}
