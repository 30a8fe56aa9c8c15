// Lists: choosing rows (boxes, a range with shift, all), what is done with the chosen ones, the order of columns, and
// moving through the rows by keys.
//
//   data-rows               around a list;  data-row: a row;  data-row-link: what Enter opens (else the row's first link)
//   data-choose             the box of a row, its value id:version;  data-choose-all: the box of the page
//   data-bulk               the bar of the chosen rows: data-bulk-url buttons post them, and show the answer in the dialog
//   data-columns            the form of columns: boxes in their order, data-move="-1" and "1"
//   data-download           a form whose answer is a file: the page stays
(function () {
  "use strict";

  let last = null;

  const boxes = () => [...document.querySelectorAll("[data-choose]")];
  const bar = () => document.querySelector("[data-bulk]");

  // ---- choosing ----
  function showChosen() {
    const here = bar();
    if (!here) { return; }
    const all = boxes();
    const chosen = all.filter((box) => box.checked);
    all.forEach((box) => box.closest("[data-row]").classList.toggle("is-chosen", box.checked));
    const head = document.querySelector("[data-choose-all]");
    head.checked = chosen.length > 0 && chosen.length === all.length;
    head.indeterminate = chosen.length > 0 && chosen.length < all.length;
    const everything = here.querySelector("[data-bulk-all]");
    if (!chosen.length) { everything.checked = false; }
    here.hidden = chosen.length === 0;
    here.querySelector("[data-bulk-count]").textContent = String(chosen.length);
    here.classList.toggle("is-all", everything.checked);
  }

  function chooseRange(from, to) {
    const all = boxes();
    const [first, end] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
    if (first < 0) { return; }
    all.slice(first, end + 1).forEach((box) => { box.checked = to.checked; });
  }

  document.addEventListener("click", (event) => {
    const box = event.target.closest("[data-choose]");
    if (box) {
      if (event.shiftKey && last) { chooseRange(last, box); }
      last = box;
      showChosen();
      return;
    }
    const head = event.target.closest("[data-choose-all]");
    if (head) { boxes().forEach((one) => { one.checked = head.checked; }); showChosen(); return; }
    if (event.target.closest("[data-bulk-all]")) { showChosen(); return; }
    if (event.target.closest("[data-bulk-clear]")) {
      boxes().forEach((one) => { one.checked = false; });
      showChosen();
      focusRow(document.querySelector("[data-row]"));
      return;
    }
    const action = event.target.closest("[data-bulk-url]");
    if (action) { ask(action.dataset.bulkUrl); return; }
    const mover = event.target.closest("[data-columns] [data-move]");
    if (mover) { moveColumn(mover); }
  });

  // The chosen rows go along in one field: a form of a thousand fields is refused by the server.
  function ask(url) {
    const here = bar();
    const dialog = document.getElementById("dialog");
    const box = document.getElementById("dialog-box");
    const wait = document.createElement("p");
    wait.className = "sheet-loading";
    wait.textContent = document.getElementById("words").dataset.loading;
    box.replaceChildren(wait);
    dialog.showModal();
    const values = { rows: boxes().filter((one) => one.checked).map((one) => one.value).join(" ") };
    if (here.querySelector("[data-bulk-all]").checked) { values.all = "1"; }
    const query = here.dataset.query;
    htmx.ajax("POST", query ? url + "?" + query : url, { target: box, swap: "innerHTML", values });
  }

  document.addEventListener("htmx:afterSettle", showChosen);
  window.addEventListener("pageshow", showChosen);

  // ---- files ----
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-download]")) { return; }
    const dialog = event.target.closest("dialog");
    window.setTimeout(() => { if (dialog && dialog.open) { dialog.close(); } }, 400);
  });

  // ---- columns ----
  function moveColumn(button) {
    const item = button.closest("li");
    const beside = button.dataset.move === "-1" ? item.previousElementSibling : item.nextElementSibling;
    if (!beside) { return; }
    if (button.dataset.move === "-1") { beside.before(item); } else { beside.after(item); }
    button.focus();
  }

  document.querySelectorAll("[data-columns]").forEach((form) => {
    form.addEventListener("formdata", (event) => {
      const keys = event.formData.getAll("columns");
      event.formData.delete("columns");
      if (keys.length) { event.formData.set("columns", keys.join(",")); }
    });
  });

  // ---- keys ----
  const linkOf = (row) => row.querySelector("[data-row-link]") || row.querySelector("a[href]");

  function focusRow(row) {
    if (!row) { return; }
    const target = linkOf(row) || row;
    if (target === row) { row.tabIndex = -1; }
    target.focus();
    row.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const rows = [...document.querySelectorAll("[data-rows] [data-row]")];
    const here = rows.indexOf(document.activeElement.closest("[data-row]"));
    focusRow(here < 0 ? rows[0] : rows[here + by]);
  }

  document.addEventListener("keydown", (event) => {
    if (event.target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable], .ts-wrapper, .dropdown-menu')) { return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) { return; }
    const row = event.target.closest("[data-rows] [data-row]");
    if (event.key === "j") { event.preventDefault(); step(1); }
    else if (event.key === "k") { event.preventDefault(); step(-1); }
    else if (row && event.key === "ArrowDown") { event.preventDefault(); step(1); }
    else if (row && event.key === "ArrowUp") { event.preventDefault(); step(-1); }
    else if (row && event.key === "x") {
      const box = row.querySelector("[data-choose]");
      if (box) { event.preventDefault(); box.click(); }
    }
    else if (row && event.key === "Enter" && event.target.matches("[data-choose]")) { event.preventDefault(); linkOf(row).click(); }
  });
})();
