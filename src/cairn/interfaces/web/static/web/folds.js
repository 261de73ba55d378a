// Sections that fold. Without this script each opens and closes by its summary, and everything can
// be reached. With it, a button opens all of a group, a link to a place inside opens what is around
// it, and the counts of a form follow the answers. On a phone, sections that are open where there
// is room begin closed; a page that is still longer than three screens shows of each long list what
// fits one screen, and then folds its sections. All of it is printed.
"use strict";
(() => {
  const SCREENS = 3;
  const phone = matchMedia("(max-width: 40rem)");
  const words = document.querySelector("main")?.dataset ?? {};
  const all = (within, what) => [...within.querySelectorAll(what)];
  const make = (name, className) => Object.assign(document.createElement(name), { className });
  const isLong = () => document.documentElement.scrollHeight > SCREENS * innerHeight;
  const isUsed = (fold) => fold.dataset.touched || fold.matches(":has(:focus, :target, .wrong, [role=alert])");

  const reveal = (place) => {
    for (const inner of place ? all(place, ":scope > details.fold") : []) inner.open = true;
    place?.closest("[hidden=until-found]")?.parentElement.dispatchEvent(new Event("cairn:show"));
    for (let box = place?.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  };
  const findPlace = (hash) => document.getElementById(decodeURIComponent(hash.slice(1)));

  // The items of a long list past the first screen: the browser still finds words in them. What
  // differs between two records stays.
  const shorten = (list, share, fewest) => {
    list.dispatchEvent(new Event("cairn:show"));
    if (list.dataset.touched || !list.checkVisibility()) return;
    const top = list.getBoundingClientRect().top;
    const later = [...list.children].filter((item, n) => n >= fewest && !item.matches(".differ, :has(input:checked)") && item.getBoundingClientRect().bottom - top > share * innerHeight);
    if (later.length < 2 || list.matches(":has(:focus, :target, .wrong)")) return;
    const line = make("p", "no-print"), button = make("button", "plain");
    button.type = "button";
    button.textContent = words.showMore.replace("%(n)s", later.length);
    line.append(button);
    (list.closest(".frame") ?? list.closest("table") ?? list).after(line);
    for (const item of later) item.hidden = "until-found";
    const show = () => { line.remove(); for (const item of later) item.hidden = false; };
    button.addEventListener("click", () => {
      show();
      list.dataset.touched = "yes";
      later[0].tabIndex = -1;
      later[0].focus();
    });
    for (const kind of ["cairn:show", "beforematch"]) list.addEventListener(kind, show, { once: true });
  };
  const findLists = () => all(document, "main table.rows > tbody, main :is(ul, ol):is(.reasons, .waits), .help-text > :is(ul, ol), main .callout > ul, main ul.offers, main fieldset > div[id]:has(> div input)");

  const foldAround = (heading, content) => {
    const fold = make("details", "fold"), summary = make("summary", ""), box = make("div", "stack");
    fold.dataset.wide = "";
    heading.before(fold);
    summary.append(heading);
    box.append(...content);
    fold.append(summary, box);
    fold.open = true;
    return fold;
  };
  const foldFilters = () => {
    for (const form of all(document, "form.filters:has(.field + .field):not(:has(:focus))")) {
      const heading = make("span", "fold-title");
      heading.textContent = words.filters;
      form.before(heading);
      foldAround(heading, [form]).open = form.matches(":has(.wrong)");
    }
  };
  const foldSources = () => {
    for (const source of all(document, "main .provenance")) {
      const heading = make("span", "fold-title");
      heading.textContent = source.getAttribute("aria-label");
      source.prepend(heading);
      foldAround(heading, [...source.children].slice(1)).open = false;
    }
  };
  const foldSections = () => {
    const made = [];
    for (const heading of all(document, "main :is(section, aside, nav, article, form.card):not(.callout, [data-main]) > h2, main > h2")) {
      if (heading.closest("details") || heading.classList.contains("hide-text")) continue;
      const content = [];
      for (let next = heading.nextElementSibling; next && !next.matches("h2"); next = next.nextElementSibling) content.push(next);
      // What has the focus, or gets it as the page opens, would lose it.
      if (content.some((part) => part.matches(":focus, [autofocus], :has(:focus, [autofocus])"))) continue;
      if (content.length) made.push(foldAround(heading, content));
    }
    // From the top, as many as fit are open.
    for (const fold of made) if (!isUsed(fold)) fold.open = false;
    for (const fold of made) {
      if (fold.open) continue;
      fold.open = true;
      if (isLong()) { fold.open = false; break; }
    }
  };

  const closeOnPhone = () => {
    for (const fold of all(document, "details[data-wide]")) if (!isUsed(fold)) fold.open = !phone.matches;
  };
  const STEPS = [
    () => findLists().forEach((list) => shorten(list, 1, 3)),
    foldFilters,
    foldSections,
    () => {
      for (const fold of all(document, "main details[open]:not(.fold)")) fold.dataset.wide = "";
      closeOnPhone();
    },
    () => findLists().forEach((list) => shorten(list, .4, 1)),
    foldSources,
  ];
  const fitToScreen = () => {
    closeOnPhone();
    if (!phone.matches) findLists().forEach((list) => list.dispatchEvent(new Event("cairn:show")));
    for (const step of STEPS) if (phone.matches && isLong()) step();
  };

  const countAnswers = (fold, name) => all(fold, `[name="${CSS.escape(name)}"]`).filter((control) =>
    ["checkbox", "radio"].includes(control.type) ? control.checked : control.type !== "hidden" && control.value.trim()).length;
  const count = (fold) => {
    const names = fold.dataset.fields.split(" "), isSingle = names.length === 1;
    const n = isSingle ? countAnswers(fold, names[0]) : names.filter((name) => countAnswers(fold, name)).length;
    const pattern = n && isSingle ? fold.dataset.done : fold.dataset.count;
    fold.querySelector(".fold-note").textContent = pattern.replace("%(n)s", n).replace("%(all)s", names.length);
  };

  const addButton = (group) => {
    const inside = all(group, "details.fold");
    if (inside.length < 2 || group.dataset.ready || group.parentElement.closest(".folds")) return;
    group.dataset.ready = "yes";
    const bar = group.querySelector(":scope > .fold-bar") ?? make("p", "fold-bar cluster no-print");
    const button = make("button", "plain");
    button.type = "button";
    const name = () => {
      button.textContent = inside.every((fold) => fold.open) ? group.dataset.closeAll : group.dataset.openAll;
    };
    button.addEventListener("click", () => {
      const opens = !inside.every((fold) => fold.open);
      for (const fold of inside) [fold.open, fold.dataset.touched] = [opens, "yes"];
      name();
    });
    group.addEventListener("toggle", name, true);
    bar.prepend(button);
    if (!bar.isConnected) group.prepend(bar);
    name();
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link) reveal(findPlace(link.hash));
    const summary = event.target.closest("details > summary");
    if (summary) summary.parentElement.dataset.touched = "yes";
  }, true);
  for (const kind of ["input", "change"]) document.addEventListener(kind, (event) => {
    const fold = event.target.closest("details.fold[data-fields]");
    if (fold) count(fold);
  });
  addEventListener("hashchange", () => {
    const place = findPlace(location.hash);
    reveal(place);
    if (place) place.scrollIntoView();
  });
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all(document, "details.fold:not([open])");
    for (const fold of closed) fold.open = true;
  });
  addEventListener("afterprint", () => { for (const fold of closed) fold.open = false; });
  phone.addEventListener("change", fitToScreen);
  document.addEventListener("htmx:afterSwap", () => {
    closeOnPhone();
    all(document, ".folds").forEach(addButton);
  });
  all(document, ".folds").forEach(addButton);
  fitToScreen();
  reveal(findPlace(location.hash));
})();
