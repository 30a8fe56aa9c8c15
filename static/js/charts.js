// What one points at in a chart is said beside it: by mouse, by finger, and by keyboard (one Tab stop a chart; arrows, Home and
// End go through the values, Enter opens the list, Escape hides). The words are the server's: data-tip, its first line a heading.
(function () {
  "use strict";

  const tip = document.createElement("div");
  tip.className = "chart-tip";
  tip.setAttribute("role", "status");
  document.body.append(tip);
  let here = null;
  let byKeys = false;

  // The room of the picture goes with the request, so that it is drawn as wide as it is shown.
  document.addEventListener("htmx:configRequest", (event) => {
    const slot = event.target.closest("[data-chart-slot]");
    if (slot) { event.detail.headers["Chart-Width"] = String(Math.floor(slot.clientWidth)); }
  });

  function hide() {
    if (here) { here.classList.remove("here"); }
    here = null;
    byKeys = false;
    tip.replaceChildren();
  }

  function line(tag, text) {
    const part = document.createElement(tag);
    part.textContent = text;
    return part;
  }

  // Above what it tells of, or below where there is no room, never past the edge of the window.
  function place(hit) {
    const at = hit.getBoundingClientRect();
    const size = tip.getBoundingClientRect();
    const left = Math.min(Math.max(8, at.left + at.width / 2 - size.width / 2), document.documentElement.clientWidth - size.width - 8);
    const above = at.top - size.height - 6;
    tip.style.left = Math.round(left) + "px";
    tip.style.top = Math.round(above >= 8 ? above : Math.min(at.bottom + 6, window.innerHeight - size.height - 8)) + "px";
  }

  function show(hit, withLink) {
    if (hit === here) { return; }
    hide();
    here = hit;
    hit.classList.add("here");
    const [title, ...lines] = hit.dataset.tip.split("\n");
    tip.append(line("b", title), ...lines.map((text) => line("span", text)));
    if (withLink && hit.dataset.href) {
      const link = line("a", hit.closest("[data-chart]").dataset.open);
      link.href = hit.dataset.href;
      tip.append(link);
    }
    place(hit);
  }

  // Of a chart that was drawn in two widths, the values of the one that is shown.
  function hitsOf(plot) {
    return [...plot.querySelectorAll(".chart-hit")].filter((hit) => hit.getClientRects().length);
  }

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") { return; }
    const hit = event.target.closest(".chart-hit");
    if (hit) { show(hit, false); } else if (here && !event.target.closest(".chart-tip")) { hide(); }
  });

  document.addEventListener("click", (event) => {
    const hit = event.target.closest(".chart-hit");
    if (!hit) {
      if (!event.target.closest(".chart-tip")) { hide(); }
      return;
    }
    if (event.pointerType === "touch" || event.pointerType === "pen") { show(hit, true); } else { open(hit); }
  });

  function open(hit) {
    if (hit.dataset.href) { window.location.assign(hit.dataset.href); }
  }

  const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

  document.addEventListener("keydown", (event) => {
    const plot = event.target.closest("[data-chart]");
    if (event.key === "Escape") { hide(); }
    if (!plot || event.altKey || event.ctrlKey || event.metaKey) { return; }
    const hits = hitsOf(plot);
    const now = hits.indexOf(here);
    let next = null;
    if (event.key in STEPS) { next = now < 0 ? 0 : Math.min(Math.max(now + STEPS[event.key], 0), hits.length - 1); }
    if (event.key === "Home") { next = 0; }
    if (event.key === "End") { next = hits.length - 1; }
    if (event.key === "Enter" && now >= 0) { open(here); }
    if (next !== null && hits[next]) {
      event.preventDefault();
      show(hits[next], false);
      byKeys = true;
    }
  });

  document.addEventListener("focusin", (event) => {
    if (!event.target.matches("[data-chart]:focus-visible")) { return; }
    const [first] = hitsOf(event.target);
    if (first) {
      show(first, false);
      byKeys = true;
    }
  });
  document.addEventListener("focusout", () => { if (byKeys) { hide(); } });
  // The browser scrolls to what the keyboard reaches: the words go along. Otherwise they would be left behind.
  document.addEventListener("scroll", () => { if (here && byKeys) { place(here); } else { hide(); } }, { capture: true, passive: true });
  document.addEventListener("htmx:beforeSwap", hide);
})();
