// The log box, on every page: recent leads as chips, rows of companies, and the part below that opens for visits.
//
//   data-picks="id of a select"      row of buttons data-pick="value" data-text="words": a tap chooses in that select
//   data-row, data-row-remove        a row of the form, and the button that takes it away
(function () {
  "use strict";

  // A visit is told with its place and people; a call is not.
  const LONG = ["meeting", "visit", "reception", "event"];

  function markPicks(row) {
    const select = document.getElementById(row.dataset.picks);
    row.querySelectorAll("[data-pick]").forEach((button) => {
      button.setAttribute("aria-pressed", String(Boolean(select) && select.value === button.dataset.pick));
    });
  }

  function pick(button) {
    const row = button.closest("[data-picks]");
    const select = document.getElementById(row.dataset.picks);
    const { pick: value, text } = button.dataset;
    if (select.tomselect) {
      select.tomselect.addOption({ value, text });
      select.tomselect.setValue(value);
    } else {
      if (![...select.options].some((option) => option.value === value)) { select.add(new Option(text, value)); }
      select.value = value;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  function removeRow(button) {
    const row = button.closest("[data-row]");
    const form = row.closest("form");
    row.remove();
    form.dispatchEvent(new Event("input", { bubbles: true }));
    const add = form.querySelector('[name="add_party"]');
    if (add) { add.focus(); }
  }

  function prepare(root) {
    const rows = root.querySelectorAll("[data-picks]");
    rows.forEach((row) => { row.hidden = false; markPicks(row); });
  }

  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-pick]");
    if (chosen) { pick(chosen); }
    const removed = event.target.closest("[data-row-remove]");
    if (removed) { removeRow(removed); }
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest(".log-form");
    if (!form) { return; }
    form.querySelectorAll("[data-picks]").forEach(markPicks);
    if (event.target.name === "channel" && LONG.includes(event.target.value)) {
      const more = form.querySelector("details.more");
      if (more) { more.open = true; }
    }
  });

  // A restored draft brings its lead: ask for what goes with it.
  document.addEventListener("draft:filled", (event) => {
    const lead = event.target.querySelector('select[name="p0-lead"]');
    if (lead && lead.value) { window.setTimeout(() => lead.dispatchEvent(new Event("change", { bubbles: true })), 0); }
  });

  document.addEventListener("htmx:afterSettle", (event) => { if (event.detail.elt.querySelectorAll) { prepare(event.detail.elt); } });
  prepare(document);
})();
