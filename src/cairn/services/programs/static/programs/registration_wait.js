// Many families register in the same minute: the last page is sent again by itself, after half a
// minute and a few seconds that differ, so that they do not all come back at once.
"use strict";
(() => {
  const form = document.querySelector("form[data-send-again]");
  if (form) setTimeout(() => form.requestSubmit(form.querySelector("button:not([name])")), 25000 + Math.random() * 10000);
})();
