// What every page does in the browser. No build step, no eval, no inline handlers: the content security policy allows none.
//
// A page asks for behaviour by attributes:
//   data-log-open [data-lead="id"]   button: opens the log box (also the key L), for that lead or for the page's own (body data-lead)
//   data-dialog-url="url"            button: loads the fragment into the shared dialog and opens it
//   data-dialog-open="id"            button: opens a dialog that is in the page;  data-dialog-close: closes the dialog around it
//   data-disclosure                  button: shows and hides what its aria-controls names (data-open there, aria-expanded here)
//   data-draft="key"                 form: what is typed is kept in this browser until it is saved, and filled in again
//   data-select                      select: with search. data-select-url="…": choices from the server, GET url?q=…, answer
//                                    {"results": [{"value", "text", "note"?}]}; data-select-create: new words are allowed
//   data-auto-submit                 form: sends itself when a field changes (filters)
//   data-search                      the field that the key / goes to; without one it opens the search over all (frame.js)
//   data-sign-out                    form: signing out also forgets the drafts
// The server speaks by the HX-Trigger header:
//   toast: {text, level, undo_url, url, link}   shows a message;   closeDialog: true   closes the open dialog
(function () {
  "use strict";

  const body = document.body;
  const words = document.getElementById("words").dataset;
  const DRAFT_DAYS = 1;
  const TOAST_SECONDS = 10;

  function cookie(name) {
    const found = document.cookie.split("; ").find((part) => part.startsWith(name + "="));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  }

  // The token of the cookie is always the newest: signing in again in another tab changes it.
  function csrfToken() {
    const meta = document.querySelector('meta[name="csrf-cookie"]');
    return meta && meta.content ? cookie(meta.content) : "";
  }

  // ---- toasts ----
  const toasts = document.getElementById("toasts");

  function startToast(note) {
    if (note.dataset.started) { return; }
    note.dataset.started = "1";
    let timer = null;
    const go = () => { timer = window.setTimeout(() => note.remove(), TOAST_SECONDS * 1000); };
    const hold = () => window.clearTimeout(timer);
    note.addEventListener("mouseenter", hold);
    note.addEventListener("focusin", hold);
    note.addEventListener("mouseleave", go);
    note.addEventListener("focusout", go);
    note.querySelectorAll('[name="next"]').forEach((field) => { field.value = location.pathname + location.search; });
    note.querySelectorAll('[name="csrfmiddlewaretoken"]').forEach((field) => { field.value = csrfToken() || pageToken(); });
    if (!note.classList.contains("toast-danger")) { go(); }
  }

  function pageToken() {
    try { return JSON.parse(body.getAttribute("hx-headers"))["X-CSRFToken"]; } catch { return ""; }
  }

  function showToast(detail) {
    const level = ["info", "success", "warning", "danger"].includes(detail.level) ? detail.level : "info";
    const note = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
    note.className = "toast-note toast-" + level;
    note.setAttribute("role", level === "danger" ? "alert" : "status");
    note.querySelector("[data-toast-text]").textContent = detail.text || detail.value || "";
    if (detail.url) {
      const link = document.createElement("a");
      link.href = detail.url;
      link.textContent = detail.link;
      note.querySelector("[data-toast-text]").append(" ", link);
    }
    const undo = note.querySelector("[data-toast-undo]");
    if (detail.undo_url) { undo.action = detail.undo_url; } else { undo.remove(); }
    const use = note.querySelector(".toast-icon use");
    const icon = { success: "check-circle", warning: "exclamation-triangle", danger: "exclamation-triangle" }[level];
    if (icon) { use.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#" + icon)); }
    toasts.append(note);
    startToast(note);
  }

  // ---- dialogs ----
  function openDialog(dialog) {
    if (dialog && !dialog.open) { dialog.showModal(); }
  }

  function loadDialog(dialog, box, url) {
    const wait = document.createElement("p");
    wait.className = "sheet-loading";
    wait.textContent = words.loading;
    box.replaceChildren(wait);
    openDialog(dialog);
    htmx.ajax("GET", url, { target: box, swap: "innerHTML" });
  }

  function openLog(lead) {
    if (!body.dataset.logUrl) { return; }
    const id = lead || body.dataset.lead.trim();
    const url = new URL(body.dataset.logUrl, location.href);
    if (id) { url.searchParams.set("lead", id); }
    const dialog = document.getElementById("log-dialog");
    dialog.dataset.lead = id;
    loadDialog(dialog, document.getElementById("log-box"), url.pathname + url.search);
  }

  function toggleDisclosure(button) {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    document.getElementById(button.getAttribute("aria-controls")).toggleAttribute("data-open", open);
  }

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    let found;
    if ((found = at("[data-log-open]"))) { openLog(found.dataset.lead); }
    else if ((found = at("[data-dialog-url]"))) {
      loadDialog(document.getElementById("dialog"), document.getElementById("dialog-box"), found.dataset.dialogUrl);
    }
    else if ((found = at("[data-dialog-open]"))) { openDialog(document.getElementById(found.dataset.dialogOpen)); }
    else if ((found = at("[data-dialog-close]"))) { found.closest("dialog").close(); }
    else if ((found = at("[data-disclosure]"))) { toggleDisclosure(found); }
    else if ((found = at("[data-toast-close]"))) { found.closest("[data-toast]").remove(); }
    else if ((found = at("[data-draft-discard]"))) { discardDraft(found); }
    else if ((found = at('[data-form-errors] a[href^="#"]'))) {
      const field = document.getElementById(found.hash.slice(1));
      if (field) { event.preventDefault(); (field.tomselect || field.querySelector("input") || field).focus(); }
    }
    else if (event.target.matches("dialog.sheet")) {
      // A click beside the sheet closes it, unless something was typed there.
      const form = event.target.querySelector("form");
      const r = event.target.getBoundingClientRect();
      const outside = event.clientX < r.left || event.clientX > r.right || event.clientY < r.top || event.clientY > r.bottom;
      if (outside && !(form && form.method === "post" && form.dataset.touched)) { event.target.close(); }
    }
  });

  // ---- keys ----
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable], .ts-wrapper");
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && typing && event.target.form) {
      event.preventDefault();
      event.target.form.requestSubmit();
      return;
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    if (document.querySelector("dialog[open]")) { return; }
    if (event.key === "l" || event.key === "L") { event.preventDefault(); openLog(); }
    else if (event.key === "?") { openDialog(document.getElementById("keys")); }
    else if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      event.preventDefault();
      if (search) { search.focus(); } else { document.dispatchEvent(new CustomEvent("search:open")); }
    }
  });

  // ---- one save per click ----
  function setBusy(form, busy) {
    if (busy) { form.setAttribute("aria-busy", "true"); } else { form.removeAttribute("aria-busy"); }
    const buttons = [...form.elements].filter((control) => control.type === "submit");
    buttons.forEach((button) => { button.disabled = busy; button.classList.toggle("busy", busy); });
  }

  const usesHtmx = (form) => form.matches("[hx-post], [hx-get], [hx-put], [hx-patch], [hx-delete]");

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const field = form.querySelector('[name="csrfmiddlewaretoken"]');
    if (field && csrfToken()) { field.value = csrfToken(); }
    if (form.matches("[data-sign-out]")) { forgetDrafts(); }
    // What is answered with a file leaves the page as it is, and may be asked for again.
    if (usesHtmx(form) || form.method === "dialog" || form.matches("[data-download]")) { return; }
    // A draft still waiting to be kept would forget that the form was sent.
    dropWaiting();
    if (form.dataset.draft) { saveDraft(form, { sent: true }); }
    // After the browser has read the form, so that the pressed button's own value goes along.
    window.setTimeout(() => { if (!event.defaultPrevented) { setBusy(form, true); } }, 0);
  }, true);

  window.addEventListener("pageshow", (event) => {
    if (event.persisted) { document.querySelectorAll('form[aria-busy="true"]').forEach((form) => setBusy(form, false)); }
  });

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form && form.matches("[data-auto-submit]")) { form.requestSubmit(); }
  });

  // ---- drafts: what was typed survives an expired session, a closed tab, a lost connection ----
  const draftKey = (form, user) => "draft:" + (user ?? body.dataset.user) + ":" + form.dataset.draft;

  function readStore(key) {
    try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
  }

  function writeStore(key, value) {
    // A full or forbidden store must not keep anybody from working.
    try { localStorage.setItem(key, JSON.stringify(value)); } catch { return; }
  }

  function draftFields(form) {
    return [...form.elements].filter((control) => control.name && !control.disabled
      && !["hidden", "password", "file", "submit", "button", "reset"].includes(control.type));
  }

  function saveDraft(form, mark) {
    const values = draftFields(form).map((control) => {
      if (control.type === "checkbox" || control.type === "radio") { return [control.name, control.value, control.checked]; }
      if (control.tagName === "SELECT") {
        return [control.name, [...control.selectedOptions].map((option) => [option.value, option.text])];
      }
      return [control.name, control.value];
    });
    const log = form.closest("#log-dialog");
    writeStore(draftKey(form), { at: Date.now(), values, log: log ? { lead: log.dataset.lead || "" } : null, ...mark });
  }

  function fillDraft(form, draft) {
    const seen = {};
    draft.values.forEach(([name, value, checked]) => {
      const controls = draftFields(form).filter((control) => control.name === name);
      if (checked !== undefined) {
        controls.filter((control) => control.value === value).forEach((control) => { control.checked = checked; });
        return;
      }
      const control = controls[(seen[name] = (seen[name] ?? -1) + 1)];
      if (!control) { return; }
      if (control.tagName === "SELECT" && Array.isArray(value)) {
        [...control.options].forEach((option) => { option.selected = false; });
        value.forEach(([optionValue, text]) => {
          let option = [...control.options].find((candidate) => candidate.value === optionValue);
          if (!option) { option = new Option(text, optionValue); control.add(option); }
          option.selected = true;
        });
      } else if (typeof value === "string") { control.value = value; }
    });
    form.dispatchEvent(new CustomEvent("draft:filled", { bubbles: true }));
  }

  function restoreDraft(form) {
    const key = draftKey(form);
    const draft = readStore(key);
    if (!draft) { return; }
    const old = Date.now() - draft.at > DRAFT_DAYS * 86400000;
    if (form.querySelector("[data-form-errors], [aria-invalid], .field-errors")) {
      // The server has sent back what was typed, and said what is wrong: that is newer than the draft.
      writeStore(key, { ...draft, sent: false });
      return;
    }
    if (old) { localStorage.removeItem(key); return; }
    fillDraft(form, draft);
    form.dataset.touched = "1";
    const notice = document.createElement("div");
    notice.className = "notice";
    notice.setAttribute("role", "status");
    notice.dataset.draftNotice = "";
    const text = document.createElement("div");
    text.textContent = words.draft;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-secondary btn-sm";
    button.dataset.draftDiscard = "";
    button.textContent = words.discard;
    notice.append(text, button);
    form.prepend(notice);
  }

  function discardDraft(button) {
    const form = button.closest("form");
    localStorage.removeItem(draftKey(form));
    form.reset();
    form.querySelectorAll("select").forEach((select) => { if (select.tomselect) { select.tomselect.sync(); } });
    delete form.dataset.touched;
    button.closest("[data-draft-notice]").remove();
  }

  function forgetDrafts() {
    Object.keys(localStorage).filter((key) => key.startsWith("draft:")).forEach((key) => localStorage.removeItem(key));
  }

  // A form sent as a whole page: the next page tells what became of it. What is saved answers with a redirect; an error page,
  // a lost connection and the login page do not mean that it was saved, so the draft stays.
  function settleDrafts() {
    if (!body.dataset.user) { return; }
    const mine = "draft:" + body.dataset.user + ":";
    const wasSignedOut = sessionStorage.getItem("signed-out") === "1";
    sessionStorage.removeItem("signed-out");
    const [arrival] = performance.getEntriesByType("navigation");
    const redirected = Boolean(arrival && arrival.redirectCount);
    Object.keys(localStorage).filter((key) => key.startsWith(mine)).forEach((key) => {
      const draft = readStore(key);
      if (!draft) { localStorage.removeItem(key); return; }
      const form = [...document.querySelectorAll("form[data-draft]")].find((candidate) => draftKey(candidate) === key);
      const inError = form && form.querySelector("[data-form-errors], [aria-invalid], .field-errors");
      if (draft.sent && redirected && !wasSignedOut && !inError) { localStorage.removeItem(key); return; }
      if (draft.sent) { writeStore(key, { ...draft, sent: false }); }
      if (draft.expired) {
        writeStore(key, { ...draft, expired: false });
        if (draft.log) { openLog(draft.log.lead); }
      }
    });
  }

  let draftTimer = null;
  let waiting = null;

  function dropWaiting() {
    window.clearTimeout(draftTimer);
    waiting = null;
  }

  function keepWaiting() {
    if (waiting && waiting.isConnected && waiting.dataset.touched) { saveDraft(waiting); }
    dropWaiting();
  }

  // A request in the background can find the session gone and send the reader to the login page in the middle of a word.
  window.addEventListener("pagehide", keepWaiting);

  document.addEventListener("input", (event) => {
    const form = event.target.closest ? event.target.closest("form") : null;
    if (!form) { return; }
    form.dataset.touched = "1";
    if (!form.dataset.draft) { return; }
    window.clearTimeout(draftTimer);
    waiting = form;
    draftTimer = window.setTimeout(keepWaiting, 300);
  });

  // ---- htmx ----
  document.addEventListener("htmx:configRequest", (event) => {
    const token = csrfToken();
    if (token) { event.detail.headers["X-CSRFToken"] = token; }
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt;
    if (form.tagName !== "FORM" || form.method !== "post" && !form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]")) { return; }
    dropWaiting();
    if (form.dataset.draft) { saveDraft(form); }
    setBusy(form, true);
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    // The event's own element may be a parent: by now the form can have been swapped away.
    const form = event.detail.requestConfig.elt;
    if (form.tagName !== "FORM") { return; }
    setBusy(form, false);
    if (!form.dataset.draft) { return; }
    const xhr = event.detail.xhr;
    const expired = xhr && xhr.getResponseHeader("X-Session-Expired");
    if (expired) { saveDraft(form, { expired: true }); }
    // Not detail.successful: htmx counts every answer that it swaps, so a 422 too.
    else if (xhr && xhr.status >= 200 && xhr.status < 400 && event.detail.requestConfig.verb !== "get") {
      delete form.dataset.touched;
      localStorage.removeItem(draftKey(form));
    }
  });

  document.addEventListener("htmx:sendError", () => showToast({ text: words.offline, level: "danger" }));
  document.addEventListener("htmx:timeout", () => showToast({ text: words.offline, level: "danger" }));
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    showToast({ text: status === 404 ? words.notFound : words.failed, level: "danger" });
    const open = document.querySelector("dialog[open] .sheet-loading");
    if (open) { open.closest("dialog").close(); }
  });

  // A closed sheet keeps nothing: its ids would stand beside those of the next one.
  document.addEventListener("close", (event) => {
    const box = event.target.matches("#dialog, #log-dialog") && event.target.firstElementChild;
    if (box) { box.replaceChildren(); }
  }, true);

  body.addEventListener("toast", (event) => showToast(event.detail));
  body.addEventListener("closeDialog", () => document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close()));

  // ---- selects with search ----
  function emptyWords(select) {
    const empty = [...select.options].find((option) => option.value === "");
    return empty ? empty.text.trim() : "";
  }

  function startSelect(select) {
    if (select.tomselect) { return; }
    const remote = select.dataset.selectUrl;
    const settings = {
      plugins: select.multiple ? { remove_button: { title: words.remove } } : select.required ? {} : { clear_button: { title: words.remove } },
      maxOptions: 200,
      create: select.hasAttribute("data-select-create"),
      // Tom Select drops the empty choice; its words ("Any") stay in sight as the placeholder.
      placeholder: select.getAttribute("placeholder") || select.dataset.placeholder || emptyWords(select) || (remote ? words.typeMore : ""),
      hidePlaceholder: true,
      allowEmptyOption: false,
      closeAfterSelect: !select.multiple,
      render: {
        option: (data, escape) => "<div>" + escape(data.text) + (data.note ? '<span class="note">' + escape(data.note) + "</span>" : "") + "</div>",
        no_results: () => { const none = document.createElement("div"); none.className = "no-results"; none.textContent = words.noResults; return none; },
        option_create: (data, escape) => '<div class="create">' + words.add + " <strong>" + escape(data.input) + "</strong></div>",
        loading: () => { const wait = document.createElement("div"); wait.className = "no-results"; wait.textContent = words.loading; return wait; },
      },
    };
    if (remote) {
      settings.shouldLoad = (query) => query.length >= 1 || select.hasAttribute("data-select-preload");
      settings.preload = select.hasAttribute("data-select-preload") ? "focus" : false;
      // The server has matched already (characters, pinyin, initials); a second filter here would drop its results.
      settings.searchField = [];
      settings.sortField = [{ field: "$order" }];
      settings.loadThrottle = 200;
      settings.load = function (query, done) {
        const url = new URL(remote, location.href);
        const before = String(this.items);
        url.searchParams.set("q", query);
        fetch(url, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" }, credentials: "same-origin" })
          .then((answer) => { if (!answer.ok || answer.redirected) { throw new Error(String(answer.status)); } return answer.json(); })
          .then((answer) => {
            this.clearOptions();
            done(answer.results);
            // An answer that comes after the choice was made opens the list again.
            if (String(this.items) !== before || this.items.length && query && !this.inputValue()) { this.close(false); }
          })
          .catch(() => { done([]); showToast({ text: words.offline, level: "danger" }); });
      };
    }
    const described = select.getAttribute("aria-describedby");
    const control = new TomSelect(select, settings);
    if (described) { control.control_input.setAttribute("aria-describedby", described); }
    if (select.getAttribute("aria-invalid")) { control.control_input.setAttribute("aria-invalid", "true"); }
    // Tom Select takes the label over to its own field; the hidden select keeps its name too.
    const label = control.control_input.labels[0];
    if (label) { select.setAttribute("aria-label", label.textContent.replace(/\*$/, "").trim()); }
  }

  // ---- whatever comes into the page: at the start, and with every fragment ----
  function prepare(root) {
    const within = (selector) => [...(root.matches && root.matches(selector) ? [root] : []), ...root.querySelectorAll(selector)];
    // Drafts first: a select must hold its restored choice before it is dressed.
    // Once a form: a part that loads later must not bring back what stood there before the last keystrokes.
    within("form[data-draft]:not([data-prepared])").forEach((form) => { form.dataset.prepared = "1"; restoreDraft(form); });
    within("select[data-select], select[data-select-url]").forEach(startSelect);
    within("[data-toast]").forEach(startToast);
    const title = within("[data-dialog-title]")[0];
    // A dialog's content also stands as a page of its own, then it names no dialog.
    const dialog = title && title.closest("dialog");
    if (dialog && title.id === "") {
      title.id = dialog.id + "-title";
      dialog.removeAttribute("aria-label");
      dialog.setAttribute("aria-labelledby", title.id);
    }
    const errors = within("[data-form-errors]")[0];
    if (errors) { errors.focus(); }
    // Whoever types already is quicker than the fragment settles, and goes on typing; a list of choices closes.
    else if (title && !root.querySelector(":not(.ts-control) > input:focus, textarea:focus, select:focus")) {
      (root.querySelector("[autofocus]") || title).focus();
    }
  }

  document.addEventListener("htmx:afterSettle", (event) => {
    const root = event.detail.elt;
    if (root && root !== body) { prepare(root); }
  });

  if (!body.dataset.user) { sessionStorage.setItem("signed-out", "1"); }
  settleDrafts();
  prepare(body);
})();
