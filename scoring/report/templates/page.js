// The page works without this. It marks the chosen claim in the text, and walks the claims by arrow keys.
"use strict";
(() => {
  const chosen = () => document.querySelector(".panel:target");
  const show = () => {
    document.querySelectorAll(".chosen").forEach((mark) => mark.classList.remove("chosen"));
    const panel = chosen();
    if (!panel) return;
    panel.scrollTop = 0;
    const marks = document.querySelectorAll(`.text [href="#${CSS.escape(panel.id)}"], .text [data-c~="${CSS.escape(panel.id)}"]`);
    marks.forEach((mark) => mark.classList.add("chosen"));
    const place = marks[0]?.getBoundingClientRect();
    const low = panel.getBoundingClientRect();
    const bottom = low.top > 0 && low.left < 1 ? low.top : innerHeight;
    if (place && (place.top < 0 || place.bottom > bottom)) scrollBy(0, place.top - bottom * 0.35);
  };
  const go = (link) => link && (link.click(), true);
  addEventListener("hashchange", show);
  addEventListener("load", show);
  addEventListener("keydown", (event) => {
    const panel = chosen();
    if (!panel || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    const link = { ArrowLeft: "[aria-label=Previous]", ArrowRight: "[aria-label=Next]", Escape: "[aria-label=Close]" }[event.key];
    if (link && go(panel.querySelector(link))) event.preventDefault();
  });
})();
(() => {
  const controls = document.querySelector(".controls");
  if (!controls) return;
  const body = document.querySelector(".articles tbody");
  const rows = [...body.rows];
  const figure = (column) => (row) => parseFloat(row.cells[column].textContent) || null;
  const words = (part) => (row) => row.querySelector(part)?.textContent.toLowerCase() || null;
  const keys = { strength: figure(3), score: figure(4), claims: figure(1), title: words("a"), outlet: words("bdi"), date: words("time") };
  const columns = { title: 0, claims: 1, strength: 3, score: 4 };
  const collator = new Intl.Collator();
  const compare = (a, b) => (typeof a === "number" ? a - b : collator.compare(a, b));
  const heads = document.querySelectorAll(".articles thead th");
  const buttons = [...controls.querySelectorAll("button")];
  const order = (button) => {
    const { sort, way } = button.dataset;
    const first = ["title", "outlet"].includes(sort) ? "ascending" : "descending";
    const now = way !== first ? first : first === "ascending" ? "descending" : "ascending";
    buttons.forEach((other) => { other.setAttribute("aria-pressed", other === button); delete other.dataset.way; });
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    button.dataset.way = now;
    heads[columns[sort]]?.setAttribute("aria-sort", now);
    const sign = now === "ascending" ? 1 : -1;
    const last = (key) => (key === null ? 1 : 0);
    const sorted = rows.map((row) => [keys[sort](row), row]);
    sorted.sort(([a], [b]) => last(a) - last(b) || (last(a) ? 0 : sign * compare(a, b)));
    body.append(...sorted.map((pair) => pair[1]));
  };
  buttons.forEach((button) => button.addEventListener("click", () => order(button)));
  const field = controls.querySelector("input");
  field.addEventListener("input", () => {
    const sought = field.value.toLowerCase();
    const told = (row) => [...row.querySelectorAll("a, bdi, time, code")].map((part) => part.textContent).join(" ").toLowerCase();
    rows.forEach((row) => { row.hidden = !told(row).includes(sought); });
    controls.querySelector(".found").textContent = sought ? `${rows.filter((row) => !row.hidden).length} of ${rows.length} articles` : "";
  });
  controls.hidden = false;
})();
