// The search over all and the bell.
//   data-search-open   opens the search dialog (also Ctrl K on every page, and / where the page has no search of its own)
//   data-bell          loads its number again on the event "bell-refresh": every minute while the page is in sight
(function () {
  "use strict";

  const MINUTE = 60000;
  const NO_MORE = 286;

  // ---- search ----
  const dialog = document.getElementById("search");
  const field = document.getElementById("search-field");
  const results = document.getElementById("search-results");
  let active = null;

  const options = () => [...results.querySelectorAll('[role="option"]:not([aria-disabled])')];

  function choose(option) {
    if (active) { active.removeAttribute("aria-selected"); }
    active = option || null;
    if (!active) { field.removeAttribute("aria-activedescendant"); return; }
    active.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", active.id);
    active.scrollIntoView({ block: "nearest" });
  }

  function openSearch() {
    if (dialog.open || document.querySelector("dialog[open]")) { return; }
    dialog.showModal();
    field.select();
    field.focus();
    htmx.trigger(field, "search-open");
  }

  function step(by) {
    const all = options();
    if (!all.length) { return; }
    const at = all.indexOf(active);
    choose(all[at === -1 && by < 0 ? all.length - 1 : (at + by + all.length) % all.length]);
  }

  if (dialog) {
    document.addEventListener("search:open", openSearch);
    document.addEventListener("click", (event) => {
      const opener = event.target.closest("[data-search-open]");
      if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
      event.preventDefault();
      openSearch();
    });
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        openSearch();
      }
    });
    field.addEventListener("keydown", (event) => {
      if (event.isComposing) { return; }
      if (event.key === "ArrowDown") { event.preventDefault(); step(1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); step(-1); }
      else if (event.key === "Enter" && active) { event.preventDefault(); active.click(); }
      else if (event.key === "Escape" && field.value) {
        // The first Esc would only empty the field of a search; here it closes, as in every dialog.
        event.preventDefault();
        dialog.close();
      }
    });
    // What was found for other words must not be opened by a quick Enter.
    field.addEventListener("input", () => choose(null));
    results.addEventListener("htmx:afterSettle", () => {
      const all = options();
      field.setAttribute("aria-expanded", String(Boolean(results.querySelector('[role="listbox"]'))));
      if (active && !active.isConnected) { active = null; }
      if (!active) { choose(field.value.trim() ? all[0] : null); }
    });
    results.addEventListener("click", (event) => { if (event.target.closest("a")) { dialog.close(); } });
    dialog.addEventListener("close", () => { choose(null); field.setAttribute("aria-expanded", "false"); results.replaceChildren(); });
  }

  // ---- the bell ----
  const bell = document.querySelector("[data-bell]");
  if (bell) {
    let timer = null;
    let asked = Date.now();
    const ask = () => { asked = Date.now(); htmx.trigger(document.body, "bell-refresh"); };
    const stop = () => { window.clearInterval(timer); timer = null; };
    const start = () => { if (timer === null) { timer = window.setInterval(ask, MINUTE); } };
    let signedOut = false;
    document.addEventListener("visibilitychange", () => {
      if (document.hidden || signedOut) { stop(); return; }
      if (Date.now() - asked > MINUTE) { ask(); }
      start();
    });
    // Its answer is empty then, and the bell keeps its name.
    bell.addEventListener("htmx:beforeSwap", (event) => {
      if (event.detail.xhr.status === NO_MORE) { event.detail.shouldSwap = false; }
    });
    bell.addEventListener("htmx:afterRequest", (event) => {
      if (event.detail.xhr && event.detail.xhr.status === NO_MORE) { signedOut = true; stop(); }
    });
    // A lost connection is no news that anybody asked for.
    ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach((name) => bell.addEventListener(name, (event) => event.stopPropagation()));
    if (!document.hidden) { start(); }
  }
})();
