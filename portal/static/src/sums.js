// Sums of the target grid while one types; the server adds up again and its figures stand.
const form = document.querySelector("form[data-target-grid]");
const decimals = Number(form?.dataset.targetGrid ?? 0);
const amount = (cell) => Math.round(Number(cell.value.replaceAll(",", "").trim() || 0) * 10 ** decimals);
const shown = (minor) => (Number.isFinite(minor) ? minor.toLocaleString("en-US") : "–");

function add() {
  const rows = new Map();
  const columns = new Map();
  let total = 0;
  for (const cell of form.querySelectorAll("input.cell[data-r]")) {
    const value = amount(cell);
    rows.set(cell.dataset.r, (rows.get(cell.dataset.r) ?? 0) + value);
    columns.set(cell.dataset.c, (columns.get(cell.dataset.c) ?? 0) + value);
    total += value;
    cell.toggleAttribute("aria-invalid", !(value >= 0));
  }
  for (const out of form.querySelectorAll("[data-row-sum]")) out.textContent = shown(rows.get(out.dataset.rowSum));
  for (const out of form.querySelectorAll("[data-column-sum]")) out.textContent = shown(columns.get(out.dataset.columnSum));
  form.querySelector("[data-total-sum]").textContent = shown(total);
}
form?.addEventListener("input", add);
