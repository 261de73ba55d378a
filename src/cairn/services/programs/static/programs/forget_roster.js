// The names of a roster that a device keeps for attendance without a connection go at sign-out, and
// wherever nobody is signed in. Marks that wait to be sent name nobody, and stay.
"use strict";
(() => {
  const forget = () => {
    try {
      indexedDB.deleteDatabase("cairn-roster");
      const channel = new BroadcastChannel("cairn-attendance");
      channel.postMessage("forgotten");
      channel.close();
    } catch { /* a browser that keeps nothing has nothing to forget */ }
  };
  const forms = document.querySelectorAll("form[data-sign-out]");
  if (!forms.length) forget();
  for (const form of forms) form.addEventListener("submit", forget);
})();
