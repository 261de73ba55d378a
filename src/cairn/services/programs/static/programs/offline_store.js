// What a device keeps for attendance without a connection, and how it is sent. The page, the roster
// page and the service worker share it.
// The names are encrypted (AES-GCM) with a key that no script can read out; it lies beside them and
// goes with them, at sign-out or after 24 hours. This does not protect an unlocked phone.
// Marks name nobody: a child is a reference that only the server resolves. They stay until the
// server has answered, whoever signs out in the meantime.
"use strict";
self.cairnOffline = (() => {
  const BASE = "/programs/groups/";
  const LIFETIME = 24 * 60 * 60 * 1000;
  const MOST_MARKS = 200;
  const NAMES = "cairn-roster", MARKS = "cairn-marks";
  const SYNC = "cairn-attendance";

  const finish = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  // One transaction of one database, which is closed after it: so that it can be deleted.
  const transact = async (name, mode, work) => {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => {
      const db = opening.result;
      if (name === NAMES) {
        db.createObjectStore("keys");
        db.createObjectStore("sessions", { keyPath: "place" });
      } else {
        db.createObjectStore("marks", { keyPath: "id" }).createIndex("cell", "cell");
        db.createObjectStore("notes");
      }
    };
    const db = await finish(opening);
    try {
      const transaction = db.transaction([...db.objectStoreNames], mode);
      const done = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
      });
      const result = await work((store) => transaction.objectStore(store));
      await done;
      return result;
    } finally {
      db.close();
    }
  };

  // The names.
  const forgetNames = () => {
    const channel = new BroadcastChannel("cairn-attendance");
    channel.postMessage("forgotten");
    channel.close();
    return finish(indexedDB.deleteDatabase(NAMES));
  };
  const asBytes = (text) => new TextEncoder().encode(text);
  const keepRoster = async (roster) => {
    const { token, ...kept } = roster;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const others = (await listSealed()).filter((one) => one.user !== roster.user);
    if (others.length) await forgetNames();
    const key = await transact(NAMES, "readwrite", async (store) => {
      const found = await finish(store("keys").get("names"));
      if (!found) store("keys").put(made, "names");
      return found ?? made;
    });
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: asBytes(roster.place) }, key, asBytes(JSON.stringify(kept)));
    const row = { place: roster.place, user: roster.user, savedAt: Date.now(), iv, sealed };
    await transact(NAMES, "readwrite", (store) => finish(store("sessions").put(row)));
    return row.savedAt + LIFETIME;
  };
  const listSealed = () => transact(NAMES, "readonly", (store) => finish(store("sessions").getAll()));
  // A clock that was set back would make the names last longer.
  const isCurrent = (row) => row.savedAt <= Date.now() && Date.now() < row.savedAt + LIFETIME;
  const listRosters = async () => {
    const rows = await listSealed();
    const current = rows.filter(isCurrent);
    if (!current.length) {
      if (rows.length) await forgetNames();
      return [];
    }
    const key = await transact(NAMES, "readwrite", async (store) => {
      for (const row of rows) if (!isCurrent(row)) store("sessions").delete(row.place);
      return finish(store("keys").get("names"));
    });
    const rosters = [];
    for (const row of current) {
      try {
        const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv, additionalData: asBytes(row.place) }, key, row.sealed);
        rosters.push({ ...JSON.parse(new TextDecoder().decode(plain)), savedAt: row.savedAt, until: row.savedAt + LIFETIME });
      } catch {
        await transact(NAMES, "readwrite", (store) => finish(store("sessions").delete(row.place)));
      }
    }
    return rosters;
  };

  // The marks.
  const listMarks = async () => {
    const marks = await transact(MARKS, "readonly", (store) => finish(store("marks").getAll()));
    return marks.sort((a, b) => a.at - b.at);
  };
  const readNote = (name) => transact(MARKS, "readonly", (store) => finish(store("notes").get(name)));
  const writeNote = (name, value) => transact(MARKS, "readwrite", (store) => finish(store("notes").put(value, name)));
  // One mark of a child waits at a time. What may have reached the server is named in `earlier`, so
  // that the server takes the new mark for a change of the same person, and the old one no more.
  const mark = async (roster, row, status, minutes = "") => {
    const made = await writeMark(roster, row, status, minutes);
    if (made) await askForSync().catch(() => {});
    return made;
  };
  // Where the browser has Background Sync, it starts the service worker when there is a connection,
  // also when no page is open. Elsewhere the marks wait for a page, as they do if it gives up.
  const askForSync = async () => {
    const registration = self.registration ?? await navigator.serviceWorker?.getRegistration(BASE);
    await registration?.sync?.register(SYNC);
  };
  const writeMark = (roster, row, status, minutes) => transact(MARKS, "readwrite", async (store) => {
    const cell = `${roster.user}/${roster.place}/${row.child}`;
    const before = await finish(store("marks").index("cell").getAll(cell));
    for (const one of before) store("marks").delete(one.id);
    const earlier = [...new Set(before.flatMap((one) => [...one.earlier, ...(one.attempted ? [one.id] : [])]))];
    if (!earlier.length && row.status === status && row.minutes === minutes) return null;
    const made = {
      id: crypto.randomUUID(), cell, user: roster.user, place: roster.place, child: row.child,
      status, minutes, seen: before[0]?.seen ?? row.seen, earlier: earlier.slice(-50),
      at: Date.now(), state: "waiting", attempted: false,
    };
    store("marks").put(made);
    return made;
  });
  const change = (id, values) => transact(MARKS, "readwrite", async (store) => {
    const found = await finish(store("marks").get(id));
    if (found) store("marks").put({ ...found, ...values });
  });
  const discard = (id) => transact(MARKS, "readwrite", (store) => finish(store("marks").delete(id)));
  // A form of the attendance page that could not be sent.
  const keepForm = async (place, form) => {
    const roster = (await listRosters()).find((one) => one.place === place);
    if (!roster) return false;
    for (const row of roster.rows) {
      const status = form.get(`status-${row.number}`) || (form.has("others_present") ? "present" : "");
      const partial = ["late", "left_early"].includes(status);
      if (status) await mark(roster, row, status, partial ? (form.get(`minutes-${row.number}`) ?? "").trim() : "");
    }
    return true;
  };

  // Sending. Returns what the page shows: the problem that stopped it, and rosters with names.
  const send = (choice) => {
    const work = () => sendWaiting(choice ?? {});
    return navigator.locks ? navigator.locks.request("cairn-marks-sending", work) : work();
  };
  const PROBLEMS = { 403: "refused", 404: "missing", 409: "person", 429: "busy" };
  const sendWaiting = async ({ ids, reason = "" }) => {
    const waiting = (await listMarks()).filter((one) => one.state === "waiting" && (!ids || ids.includes(one.id)));
    const report = { at: Date.now(), problem: "", stored: 0, names: {} };
    if (!waiting.length) return report;
    for (const place of new Set(waiting.map((one) => one.place))) {
      try {
        await sendSession(place, waiting.filter((one) => one.place === place), reason, report);
      } catch (error) {
        if (!(error instanceof TypeError || error.name === "TimeoutError")) throw error;
        report.problem = "offline";
        break;
      }
    }
    await writeNote("lastTry", { at: report.at, problem: report.problem });
    return report;
  };
  const ask = async (address, options, report) => {
    const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(30_000), ...options });
    const isJson = (answer.headers.get("content-type") ?? "").includes("json");
    if (answer.ok && isJson) return answer.json();
    report.problem = PROBLEMS[answer.status] ?? "server";
    return null;
  };
  const sendSession = async (place, marks, reason, report) => {
    const roster = await ask(`${BASE}${place}/roster/`, {}, report);
    if (!roster) return;
    const own = marks.filter((one) => one.user === roster.user).slice(0, MOST_MARKS);
    if (own.length < marks.length && !own.length) report.problem = "person";
    if (!own.length) return;
    for (const row of roster.rows) report.names[row.child] = row.name;
    if (roster.problems.length) {
      for (const one of own) await change(one.id, { state: "refused", message: roster.problems.join(" ") });
      return;
    }
    for (const one of own) await change(one.id, { attempted: true, isPast: roster.is_past });
    const body = new URLSearchParams({
      csrfmiddlewaretoken: roster.token, user: roster.user, reason,
      marks: JSON.stringify(own.map(({ id, child, status, minutes, seen, earlier, at }) => ({ id, child, status, minutes, seen, earlier, at }))),
    });
    const answer = await ask(`${BASE}${place}/marks/`, { method: "POST", body }, report);
    if (!answer) return;
    // The roster first: a choice that follows at once has then seen what was recorded just now.
    for (const { id, name, recorded } of answer.results) {
      const { child } = own.find((one) => one.id === id);
      if (name) report.names[child] = name;
      const row = roster.rows.find((one) => one.child === child);
      if (row && recorded) Object.assign(row, { seen: recorded.seen, status: recorded.status, minutes: recorded.minutes });
    }
    if (roster.is_today && (await listRosters()).some((one) => one.place === place)) await keepRoster(roster);
    for (const { id, outcome, message, recorded } of answer.results) {
      if (outcome === "stored") {
        report.stored += 1;
        await discard(id);
      } else if (outcome !== "later") {
        await change(id, { state: outcome, message, recorded: recorded ?? null });
      }
    }
  };
  return { BASE, SYNC, ask, change, discard, forgetNames, keepForm, keepRoster, listMarks, listRosters, mark, readNote, send };
})();
