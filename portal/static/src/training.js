// The calendar by keyboard: arrows move between days, Page Up and Page Down between pages, t goes to today.
const calendar = document.querySelector("[data-calendar]");
const days = calendar ? [...calendar.querySelectorAll(".daynum")] : [];
const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const pages = { PageUp: "[data-before]", PageDown: "[data-after]", t: "[data-today]", n: "[data-new]" };

function typing(event) {
  return event.target.closest("input, select, textarea, dialog") || event.ctrlKey || event.metaKey || event.altKey;
}

document.addEventListener("keydown", (event) => {
  if (!calendar || typing(event)) return;
  if (event.key in pages) {
    const link = document.querySelector(pages[event.key]);
    if (link) { event.preventDefault(); link.click(); }
    return;
  }
  if (!(event.key in steps) || !calendar.contains(event.target)) return;
  const cell = event.target.closest("td");
  const own = cell ? days.indexOf(cell.querySelector(".daynum")) : days.findIndex((day) => day.hasAttribute("aria-current"));
  const next = days[Math.max(0, own) + steps[event.key]];
  if (next) { event.preventDefault(); next.focus(); }
});
