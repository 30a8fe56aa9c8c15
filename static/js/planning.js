// Planned visits: what print, copy and drag do.
//   data-print                        button: prints the page
//   data-copy="id of a field"         button: copies what stands in the field
//   data-visit="url" data-day="day"   an entry of the week that can be dragged to another day; the keyboard has "Put off"
(function () {
  "use strict";

  const wide = window.matchMedia("(min-width: 768px) and (pointer: fine)");

  async function copy(button) {
    const field = document.getElementById(button.dataset.copy);
    const words = button.querySelector("[data-copied]");
    field.select();
    try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand("copy"); }
    if (words) { words.textContent = words.dataset.copied; }
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) { window.print(); }
    const button = event.target.closest("[data-copy]");
    if (button) { copy(button); }
  });

  // What the server has to say (the day is over, somebody else was faster) comes as a dialog, which offers other days.
  function move(entry, day) {
    const { visit, day: seen } = entry.dataset;
    const box = document.getElementById("dialog-box");
    const values = { due_in: "day", planned_on: day, seen };
    const settle = () => {
      if (!box.firstElementChild) { return; }
      document.body.dispatchEvent(new CustomEvent("lead-changed"));
      const dialog = document.getElementById("dialog");
      if (!dialog.open) { dialog.showModal(); }
    };
    box.replaceChildren();
    window.htmx.ajax("POST", visit, { target: box, swap: "innerHTML", values }).then(settle, settle);
  }

  function prepare() {
    if (!wide.matches || !window.Sortable) { return; }
    document.querySelectorAll("[data-week] .entries:not([data-ready])").forEach((list) => {
      list.dataset.ready = "1";
      new window.Sortable(list, {
        group: "week",
        draggable: ".entry",
        filter: ".entry:not([data-visit]), button",
        preventOnFilter: false,
        animation: 120,
        onEnd: (event) => { if (event.to !== event.from) { move(event.item, event.to.dataset.date); } },
      });
    });
  }

  document.addEventListener("htmx:afterSettle", prepare);
  document.addEventListener("DOMContentLoaded", prepare);
})();
