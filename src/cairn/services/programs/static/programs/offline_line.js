// On pages of programs: installs the service worker of the attendance page, keeps the roster of the
// session that is open, and sends the marks that wait on this device.
"use strict";
(() => {
  const line = document.querySelector("[data-offline]");
  if (!line || !navigator.serviceWorker || !globalThis.crypto?.subtle) return;
  const store = self.cairnOffline;
  const show = (name, what, text) => {
    const part = line.querySelector(`[data-${name}]`);
    part.querySelector(`[data-${what}]`).textContent = text;
    part.hidden = false;
  };
  const formatTime = (time) => new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }).format(time);
  const begin = async () => {
    await navigator.serviceWorker.register(line.dataset.worker, { updateViaCache: "none" });
    const report = await store.send();
    if (report.stored) show("sent", "count", report.stored);
    const marks = await store.listMarks();
    if (marks.length) show("waiting", "count", marks.length);
    if (!line.dataset.roster) return;
    const roster = await store.ask(line.dataset.roster, {}, {});
    if (!roster?.is_today || roster.problems.length) return;
    const until = await store.keepRoster(roster);
    await navigator.serviceWorker.ready;
    show("kept", "until", formatTime(until));
  };
  // Without a connection, or where the browser keeps nothing, the page is as it was.
  begin().catch(() => {});
})();
