// Cells that behave like a spreadsheet's: Enter and arrows move, a pasted block fills them, findings mark them.
// Loaded by the rulebook editor only; works by delegation, so a grid that htmx swaps in needs no set-up.

const at = (grid, row, column) => grid.querySelector(`[data-r="${row}"][data-c="${column}"]`);
const place = (cell) => [Number(cell.dataset.r), Number(cell.dataset.c)];

function go(cell, down, right) {
  const grid = cell.closest("[data-grid]");
  const [row, column] = place(cell);
  const rows = [...new Set([...grid.querySelectorAll("[data-r]")].map((each) => Number(each.dataset.r)))].sort((a, b) => a - b);
  const next = down ? at(grid, rows[rows.indexOf(row) + down], column) : at(grid, row, column + right);
  if (!next) return false;
  next.focus();
  next.select();
  return true;
}

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.("input.cell");
  if (!cell || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter") {
    event.preventDefault(); // never sends the form
    if (cell.dataset.r) go(cell, event.shiftKey ? -1 : 1, 0);
    return;
  }
  if (!cell.dataset.r) return;
  const edge = (end) => cell.selectionStart === cell.selectionEnd && cell.selectionStart === (end ? cell.value.length : 0);
  const whole = cell.value.length > 0 && cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
  const moves = {
    ArrowDown: () => go(cell, 1, 0),
    ArrowUp: () => go(cell, -1, 0),
    ArrowRight: () => (whole || edge(true)) && go(cell, 0, 1),
    ArrowLeft: () => (whole || edge(false)) && go(cell, 0, -1),
  };
  if (!event.shiftKey && moves[event.key]?.()) event.preventDefault();
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches("input.cell[data-r]")) event.target.select();
});

// A block from a spreadsheet is text with tabs and line ends. Every cell of it lands, or none does.
document.addEventListener("paste", (event) => {
  const cell = event.target.closest?.("input.cell[data-r]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const block = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
  if (!cell || (block.length === 1 && block[0].length === 1)) return;
  event.preventDefault();
  const grid = cell.closest("[data-grid]");
  const [row, column] = place(cell);
  const fills = block.flatMap((line, down) => line.map((value, right) => [at(grid, row + down, column + right), value.trim()]));
  if (fills.some(([target, value]) => !target && value)) {
    document.dispatchEvent(new CustomEvent("toast", { detail: { message: cell.form.dataset.tooWide } }));
    return;
  }
  for (const [target, value] of fills) if (target) target.value = value;
  cell.dispatchEvent(new Event("input", { bubbles: true }));
});

// Findings name their cell; the cell says so to eyes and to screen readers.
function mark() {
  const form = document.querySelector("#sheet");
  if (!form) return;
  for (const cell of form.querySelectorAll("[aria-invalid], [data-tone-of]")) {
    cell.removeAttribute("aria-invalid");
    delete cell.dataset.toneOf;
  }
  for (const finding of form.querySelectorAll("[data-mark]")) {
    const cell = finding.dataset.mark && form.querySelector(`#c-${CSS.escape(finding.dataset.mark)}`);
    if (!cell) continue;
    if (finding.dataset.tone === "low") cell.setAttribute("aria-invalid", "true");
    cell.dataset.toneOf = cell.dataset.toneOf === "low" ? "low" : finding.dataset.tone;
  }
}
document.addEventListener("htmx:after:swap", mark);
mark();

// From a finding to its place: the cell of the grid, or line and column of the text.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-goto]");
  if (!button) return;
  const cell = button.dataset.cell && document.querySelector(`#c-${CSS.escape(button.dataset.cell)}`);
  const text = document.querySelector("#c-text");
  if (text) {
    const [line, column] = button.dataset.goto.split(":").map(Number);
    const start = text.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0) + column - 1;
    text.focus();
    text.setSelectionRange(start, text.value.indexOf("\n", start) < 0 ? text.value.length : text.value.indexOf("\n", start));
    text.scrollTop = (line - 6) * (text.scrollHeight / text.value.split("\n").length);
  } else cell?.focus();
});
