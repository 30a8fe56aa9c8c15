// Colleagues are offered after an @: data-mention-url on a text box, GET url?q=… answers {"results": [{"text", "insert", "note"}]}.
// Arrow keys move, Enter or Tab takes, Esc closes; a tap takes too.
(function () {
  "use strict";

  const WAIT = 120;
  // The @ of a mail address stands after a letter or digit.
  const BEGUN = /(?:^|[^A-Za-z0-9._%+-])@([^\s@]{0,30})$/;
  let open = null; // { field, list, from, at }
  let timer = null;
  let asked = 0;

  function close() {
    if (!open) { return; }
    open.list.remove();
    open.field.removeAttribute("aria-activedescendant");
    open.field.removeAttribute("aria-controls");
    open = null;
  }

  function begun(field) {
    const found = BEGUN.exec(field.value.slice(0, field.selectionStart));
    return found && field.selectionStart === field.selectionEnd ? found[1] : null;
  }

  function mark(at) {
    const rows = [...open.list.children];
    open.at = (at + rows.length) % rows.length;
    rows.forEach((row, number) => row.setAttribute("aria-selected", String(number === open.at)));
    open.field.setAttribute("aria-activedescendant", rows[open.at].id);
    rows[open.at].scrollIntoView({ block: "nearest" });
  }

  function take(row) {
    const { field, from } = open;
    field.setRangeText("@" + row.dataset.insert + " ", from, field.selectionStart, "end");
    close();
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function show(field, people) {
    close();
    const query = begun(field);
    const status = field.closest(".mention-box").querySelector("[data-mention-status]");
    status.textContent = "";
    if (query === null || !people.length) { return; }
    const list = document.createElement("ul");
    list.className = "mention-list";
    list.id = field.id + "-people";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "@");
    people.forEach((person, number) => {
      const row = document.createElement("li");
      row.id = list.id + "-" + number;
      row.setAttribute("role", "option");
      row.dataset.insert = person.insert;
      const name = document.createElement("span");
      name.textContent = person.text;
      const note = document.createElement("span");
      note.className = "soft";
      note.textContent = person.note;
      row.append(name, note);
      // Before the field loses the focus.
      row.addEventListener("mousedown", (event) => { event.preventDefault(); take(row); });
      list.append(row);
    });
    field.after(list);
    field.setAttribute("aria-controls", list.id);
    open = { field, list, from: field.selectionStart - query.length - 1, at: 0 };
    mark(0);
    status.textContent = people.length === 1 ? status.dataset.one : status.dataset.many.replace("{count}", people.length);
  }

  function ask(field) {
    const query = begun(field);
    if (query === null) { close(); return; }
    const number = ++asked;
    const url = new URL(field.dataset.mentionUrl, location.href);
    url.searchParams.set("q", query);
    fetch(url, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" }, credentials: "same-origin" })
      .then((answer) => { if (!answer.ok || answer.redirected) { throw new Error(String(answer.status)); } return answer.json(); })
      .then((answer) => { if (number === asked && field.isConnected) { show(field, answer.results); } })
      // A typed name is understood by the server too.
      .catch(close);
  }

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches("[data-mention-url]")) { return; }
    window.clearTimeout(timer);
    if (begun(field) === null) { asked += 1; close(); return; }
    timer = window.setTimeout(() => ask(field), WAIT);
  });

  document.addEventListener("keydown", (event) => {
    if (!open || event.target !== open.field || event.isComposing) { return; }
    if (event.key === "ArrowDown") { event.preventDefault(); mark(open.at + 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); mark(open.at - 1); }
    else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey) { event.preventDefault(); take(open.list.children[open.at]); }
    else if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(); }
  }, true);

  document.addEventListener("focusout", (event) => { if (open && event.target === open.field) { close(); } });

  // A link to a comment: the comments come after the page, and the earlier ones are folded away.
  let wanted = location.hash.startsWith("#comment-") ? location.hash.slice(1) : "";
  document.addEventListener("htmx:load", function () {
    const row = wanted && document.getElementById(wanted);
    if (!row) { return; }
    wanted = "";
    const fold = row.closest("details");
    if (fold) { fold.open = true; }
    row.classList.add("comment-wanted");
    row.scrollIntoView({ block: "center" });
  });
})();
