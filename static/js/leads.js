// Lists: empty filters stay out of the address. The form of a lead: a company typed into the picker that is not on the list
// becomes the new company's name.
(function () {
  "use strict";

  document.querySelectorAll("form[data-clean]").forEach((form) => {
    form.addEventListener("formdata", (event) => {
      [...event.formData.entries()].forEach(([name, value]) => { if (value === "") { event.formData.delete(name); } });
    });
  });

  const fold = document.querySelector("[data-new-company]");
  const picker = document.getElementById("id_company");
  if (fold && picker) {
    const name = document.getElementById("id_new_company");
    picker.addEventListener("change", () => {
      if (picker.value) { name.value = ""; fold.open = false; }
    });
    if (picker.tomselect) {
      // The picker forgets what was typed when it is left; the new company's name should not be typed twice.
      picker.tomselect.on("type", (typed) => { fold.dataset.typed = typed; });
      // A fold that is open from the start must not take the focus from what is wrong with the form.
      let asked = false;
      fold.querySelector("summary").addEventListener("click", () => { asked = true; });
      fold.addEventListener("toggle", () => {
        if (!asked) { return; }
        if (fold.open && !picker.value && !name.value && fold.dataset.typed) {
          name.value = fold.dataset.typed;
          name.dispatchEvent(new Event("input", { bubbles: true }));
        }
        if (fold.open) { name.focus(); }
      });
    }
  }

  // A link from "still missing" points at a field in a closed section.
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target) {
    const section = target.closest("details");
    if (section) { section.open = true; }
    target.scrollIntoView({ block: "center" });
    (target.tomselect || target).focus();
  }
})();
