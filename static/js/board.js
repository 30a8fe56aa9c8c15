// The board: carrying cards between columns, folding columns, one column at a time on a phone.
//
// A dropped card asks the server to move the lead (POST, direct=1). Where something is missing the server answers with the
// dialog instead, and the card goes back until the dialog has moved it. Afterwards the server names the columns that have
// changed (events column-<stage>), and they load themselves anew.
(function () {
  "use strict";

  const FOLDED = "board-folded";
  const SHOWN = "board-shown";
  const narrow = window.matchMedia("(max-width: 767.98px)");
  const box = document.getElementById("dialog-box");
  let moved = "";

  function read(store, key, otherwise) {
    try { return JSON.parse(store.getItem(key)) ?? otherwise; } catch { return otherwise; }
  }

  function write(store, key, value) {
    // A full or forbidden store must not keep anybody from working.
    try { store.setItem(key, JSON.stringify(value)); } catch { return; }
  }

  const columns = () => [...document.querySelectorAll(".board-column")];

  // ---- folding, and the column that a phone shows ----
  function fold(column, folded) {
    column.classList.toggle("is-folded", folded);
    column.querySelector("[data-fold]").setAttribute("aria-expanded", String(!folded));
  }

  function show(stage) {
    if (!columns().some((column) => column.dataset.stage === stage)) { return; }
    columns().forEach((column) => column.classList.toggle("is-shown", column.dataset.stage === stage));
    document.querySelectorAll("[data-show]").forEach((button) => {
      const here = button.dataset.show === stage;
      button.setAttribute("aria-pressed", String(here));
      if (here && narrow.matches) { button.scrollIntoView({ block: "nearest", inline: "center" }); }
    });
  }

  document.addEventListener("click", (event) => {
    const folder = event.target.closest("[data-fold]");
    const switcher = event.target.closest("[data-show]");
    if (folder) {
      const column = folder.closest(".board-column");
      const folded = !column.classList.contains("is-folded");
      fold(column, folded);
      write(localStorage, FOLDED, { ...read(localStorage, FOLDED, {}), [column.dataset.stage]: folded });
    } else if (switcher) {
      show(switcher.dataset.show);
      write(sessionStorage, SHOWN, switcher.dataset.show);
    }
  });

  // ---- carrying ----
  function goBack(card, home) {
    card.classList.remove("is-moving");
    // A column that was loaded anew meanwhile has the card already, or rightly has it no more.
    if (!home.list.isConnected) { card.remove(); return; }
    home.list.insertBefore(card, home.next && home.next.parentNode === home.list ? home.next : null);
  }

  function openDialog() {
    const dialog = document.getElementById("dialog");
    if (box.firstElementChild && !dialog.open) { dialog.showModal(); }
  }

  function ask(card, home, from, to) {
    moved = "";
    box.replaceChildren();
    card.classList.add("is-moving");
    const settle = () => {
      // What was done needs no dialog; whatever the server has to say comes as one.
      if (moved === card.dataset.leadId && !box.firstElementChild) { return; }
      goBack(card, home);
      openDialog();
    };
    htmx.ajax("POST", card.dataset.moveUrl, {
      target: box, swap: "innerHTML", values: { to_stage: to, from_stage: from, direct: "1" },
    }).then(settle, settle);
  }

  function carry(list) {
    if (list.dataset.carried) { return; }
    list.dataset.carried = "1";
    let home = null;
    Sortable.create(list, {
      group: "board",
      sort: false,
      draggable: ".board-card[data-movable]",
      filter: "button",
      preventOnFilter: false,
      delay: 200,
      delayOnTouchOnly: true,
      animation: 120,
      ghostClass: "is-carried",
      disabled: narrow.matches,
      onStart: (event) => { home = { list, next: event.item.nextElementSibling }; },
      onEnd: (event) => {
        const stage = (part) => part.closest(".board-column").dataset.stage;
        if (event.to === event.from) { return; }
        ask(event.item, home, stage(event.from), stage(event.to));
      },
    });
  }

  // ---- what the server says ----
  document.body.addEventListener("lead-changed", (event) => {
    const detail = event.detail || {};
    if (detail.moved) { moved = detail.lead; return; }
    // A call was logged, a lead was edited: the cards show it too.
    if (document.querySelector("[data-board]")) {
      htmx.ajax("GET", location.pathname + location.search, { target: "[data-board]", select: "[data-board]", swap: "outerHTML" });
    }
  });

  function focusMoved() {
    const card = moved && document.querySelector('.board-card[data-lead-id="' + CSS.escape(moved) + '"]');
    const nothingFocused = !document.activeElement || document.activeElement === document.body;
    if (card && nothingFocused) { card.querySelector("a").focus({ preventScroll: true }); }
  }

  function dress() {
    const folded = read(localStorage, FOLDED, {});
    columns().forEach((column) => {
      fold(column, folded[column.dataset.stage] ?? column.classList.contains("is-folded"));
    });
    document.querySelectorAll("[data-cards]").forEach(carry);
    const shown = read(sessionStorage, SHOWN, "");
    if (shown) { show(shown); }
  }

  narrow.addEventListener("change", () => {
    document.querySelectorAll("[data-cards]").forEach((list) => {
      const sortable = Sortable.get(list);
      if (sortable) { sortable.option("disabled", narrow.matches); }
    });
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const root = event.detail.elt;
    if (root && (root.closest("[data-board]") || root.matches("[data-board]"))) { dress(); focusMoved(); }
  });

  dress();
})();
