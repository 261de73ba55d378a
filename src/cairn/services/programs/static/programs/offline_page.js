// The page for attendance without a connection. It shows what this device keeps, records each choice
// at once, and sends what waits when there is a connection. The server decides what is recorded.
"use strict";
(() => {
  const store = self.cairnOffline, main = document.querySelector("main");
  const find = (name, within = main) => within.querySelector(`[data-${name}]`);
  const all = (within, what) => [...within.querySelectorAll(what)];
  const queue = find("queue"), list = main.querySelector("ol.roster");
  const language = document.documentElement.lang;
  const formatTime = (time) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(time);
  const formatAge = (time) => {
    const minutes = Math.max(0, Math.round((Date.now() - time) / 60_000));
    const [n, unit] = minutes < 60 ? [minutes, "minute"] : minutes < 2880 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
    return new Intl.RelativeTimeFormat(language, { numeric: "always" }).format(-n, unit);
  };
  const PARTIAL = ["late", "left_early"];
  const labels = new Map(all(find("child").content, "input[type=radio]").map((input) => [input.value, input.parentElement.querySelector(".long").textContent]));
  let rosters = [], marks = [], shown = null, names = {}, retry = null;

  const fill = (template) => document.importNode(find(template).content, true).firstElementChild;
  const getMark = (row) => marks.find((one) => one.place === shown.place && one.user === shown.user && one.child === row.child);

  // The roster.
  const showRow = (item, row) => {
    const mark = getMark(row), status = mark?.status ?? row.status;
    for (const input of all(item, "input[type=radio]")) input.checked = input.value === status;
    const minutes = item.querySelector(".minutes input");
    if (document.activeElement !== minutes) minutes.value = mark?.minutes ?? row.minutes;
    const note = find("note", item);
    note.textContent = mark ? note.dataset.waits : row.status ? note.dataset.recorded : "";
  };
  const makeRow = (row, n) => {
    const item = fill("child");
    item.querySelector(".number").textContent = n + 1;
    find("name", item).textContent = row.name;
    const minutes = item.querySelector(".minutes input");
    minutes.placeholder = shown.minutes;
    for (const input of all(item, "input[type=radio]")) input.name = `status-${n}`;
    const save = async () => {
      const status = item.querySelector(":checked")?.value;
      if (!status) return;
      const text = PARTIAL.includes(status) ? minutes.value.trim() : "";
      const isWrong = text !== "" && (!/^\d+$/.test(text) || Number(text) > shown.minutes);
      minutes.setAttribute("aria-invalid", isWrong);
      item.classList.toggle("wrong", isWrong);
      if (isWrong) return;
      await store.mark(shown, shown.rows[n], status, text);  // as it is on record by now
      navigator.storage?.persist?.();
      await refresh();
    };
    item.addEventListener("change", save);
    item.save = save;
    return item;
  };
  const showSession = () => {
    find("session").hidden = !shown;
    find("empty").hidden = Boolean(shown);
    const links = find("sessions");
    links.hidden = rosters.length < 2;
    links.replaceChildren(...rosters.map((one) => {
      const link = document.createElement("a");
      link.href = `#${one.place}`;
      link.textContent = `${one.group}, ${one.day}`;
      if (one.place === shown?.place) link.setAttribute("aria-current", "page");
      return link;
    }));
    if (!shown) return list.replaceChildren();
    find("title").textContent = `${shown.group}, ${shown.site}, ${shown.day}`;
    find("saved").textContent = formatTime(shown.savedAt);
    find("until").textContent = formatTime(shown.until);
    if (list.dataset.place !== shown.place || list.children.length !== shown.rows.length) {
      list.dataset.place = shown.place;
      list.replaceChildren(...shown.rows.map(makeRow));
    }
    shown.rows.forEach((row, n) => showRow(list.children[n], row));
  };
  list.addEventListener("keydown", (event) => {
    if (!event.target.matches("input[type=radio]") || event.ctrlKey || event.metaKey || event.altKey) return;
    const item = event.target.closest("li");
    const choice = event.key.length === 1 && item.querySelector(`[data-letter="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    item.save();
    const next = PARTIAL.includes(choice.value) ? item.querySelector(".minutes input") : item.nextElementSibling?.querySelector(":checked, input[type=radio]");
    (next ?? find("others")).focus();
  });
  find("others").addEventListener("click", async () => {
    for (const row of shown.rows) if (!row.status && !getMark(row)) await store.mark(shown, row, "present");
    await refresh();
  });
  find("forget").addEventListener("click", () => store.forgetNames().then(refresh));

  // What waits.
  const findName = (one) => names[one.child] ?? rosters.find((roster) => roster.place === one.place)?.rows.find((row) => row.child === one.child)?.name;
  const formatDay = (day) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(day));
  const describe = (one) => `${labels.get(one.status) ?? one.status}${one.minutes ? `, ${one.minutes} min` : ""} (${formatDay(one.place.split("/")[1])})`;
  const makeReturned = (one) => {
    const item = fill(one.state), name = find("name", item);
    name.textContent = findName(one) ?? name.dataset.unknown;
    find("yours", item).textContent = describe(one);
    const reason = find("reason", item), on = (button, work) => find(button, item).addEventListener("click", work);
    const send = () => sendAll({ ids: [one.id], reason: reason.querySelector("input").value });
    reason.hidden = !one.isPast;
    if (one.state === "conflict") {
      find("theirs", item).textContent = one.recorded.label;
      find("by", item).textContent = one.recorded.by;
      on("keep", () => store.discard(one.id).then(refreshRoster));
      on("use", () => store.change(one.id, { state: "waiting", seen: one.recorded.seen, earlier: [] }).then(send));
    } else {
      find("message", item).textContent = one.message;
      on("again", () => store.change(one.id, { state: "waiting" }).then(send));
      on("discard", () => store.discard(one.id).then(refresh));
    }
    return item;
  };
  const showQueue = async () => {
    queue.hidden = !marks.length;
    if (!marks.length) return;
    find("count", queue).textContent = marks.length;
    find("age", queue).textContent = formatAge(marks[0].at);
    const last = await store.readNote("lastTry");
    find("last", queue).hidden = !last;
    find("sign-in", queue).hidden = !["refused", "missing", "person"].includes(last?.problem);
    if (last) {
      find("last-time", queue).textContent = formatTime(last.at);
      find("last-problem", queue).textContent = last.problem ? queue.getAttribute(`data-problem-${last.problem}`) : "";
    }
    const back = marks.filter((one) => one.state !== "waiting"), returned = find("returned", queue);
    returned.hidden = !back.length;
    // What a person is typing or choosing in stays.
    const seen = JSON.stringify(back.map((one) => [one.id, one.state, one.recorded, one.message]));
    if (returned.dataset.seen !== seen) {
      returned.dataset.seen = seen;
      returned.replaceChildren(...back.map(makeReturned));
    }
    find("send", queue).hidden = back.length === marks.length;
  };

  const refresh = async () => {
    rosters = await store.listRosters();
    marks = await store.listMarks();
    shown = rosters.find((one) => one.place === location.hash.slice(1)) ?? rosters[0] ?? null;
    showSession();
    await showQueue();
    // A device may be in a network that does not reach the server.
    const connection = find("connection"), isCut = !navigator.onLine || (marks.length && (await store.readNote("lastTry"))?.problem === "offline");
    connection.textContent = !isCut ? connection.dataset.online : connection.dataset.offline;
  };
  const refreshRoster = async () => {
    const roster = shown && await store.ask(`${store.BASE}${shown.place}/roster/`, {}, {}).catch(() => null);
    if (roster?.is_today) await store.keepRoster(roster);
    await refresh();
  };
  const sendAll = async (choice) => {
    clearTimeout(retry);
    const report = await store.send(choice);
    names = { ...names, ...report.names };
    const told = find("told");
    if (report.stored) told.textContent = `${told.dataset.sent} ${report.stored}`;
    await refresh();
    // A sign-in that ended is not asked again and again; a person sends then.
    if (["offline", "busy", "server"].includes(report.problem)) retry = setTimeout(sendAll, 60_000);
  };
  find("send", queue).addEventListener("click", () => sendAll());
  addEventListener("online", () => sendAll());
  addEventListener("offline", refresh);
  addEventListener("hashchange", refresh);
  const channel = new BroadcastChannel("cairn-attendance");
  channel.addEventListener("message", refresh);
  refresh().then(() => sendAll());
})();
