// Planned visits: the button that prints, and the calendar's entries that are dragged to another day.
//   data-print                        button: prints the page
(function () {
  "use strict";

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) { window.print(); }
  });
})();
