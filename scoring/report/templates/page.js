// The page works without this. It marks the chosen claim in the text, and walks the claims by arrow keys.
"use strict";
(() => {
  const chosen = () => document.querySelector(".panel:target");
  const show = () => {
    document.querySelectorAll(".chosen").forEach((mark) => mark.classList.remove("chosen"));
    const panel = chosen();
    if (!panel) return;
    panel.scrollTop = 0;
    const marks = document.querySelectorAll(`.text [data-c~="${CSS.escape(panel.id)}"]`);
    marks.forEach((mark) => mark.classList.add("chosen"));
    const place = marks[0]?.getBoundingClientRect();
    const low = panel.getBoundingClientRect();
    const bottom = low.top > 0 && low.left < 1 ? low.top : innerHeight;
    if (place && (place.top < 0 || place.bottom > bottom)) scrollBy(0, place.top - bottom * 0.35);
  };
  const go = (link) => link && (link.click(), true);
  addEventListener("hashchange", show);
  addEventListener("DOMContentLoaded", show);
  addEventListener("keydown", (event) => {
    const panel = chosen();
    if (!panel || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    const link = { ArrowLeft: "[rel=prev]", ArrowRight: "[rel=next]", Escape: ".close" }[event.key];
    if (link && go(panel.querySelector(link))) event.preventDefault();
  });
})();
