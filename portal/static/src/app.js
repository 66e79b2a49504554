// The whole client: keys, bulk selection, panel, toasts, dialogs. Everything else is HTML from the server.
// Loaded as a module; works by delegation, so parts that htmx swaps in need no set-up.

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// --- bulk selection: [data-bulk-form] holds rows with [data-row-check] and one .bulk bar -------------------
const selectable = (form) => all("[data-row-check]:not(:disabled)", form);

function showSelection(form) {
  const chosen = selectable(form).filter((box) => box.checked);
  const bar = one(".bulk", form);
  if (!bar) return;
  bar.hidden = chosen.length === 0;
  const count = one("[data-count]", bar);
  if (count) count.textContent = chosen.length;
  const everything = one("[data-check-all]", form);
  if (everything) {
    everything.checked = chosen.length > 0 && chosen.length === selectable(form).length;
    everything.indeterminate = chosen.length > 0 && !everything.checked;
  }
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-bulk-form]");
  if (!form) return;
  if (event.target.matches("[data-check-all]")) {
    for (const box of selectable(form)) box.checked = event.target.checked;
  }
  showSelection(form);
});
document.addEventListener("htmx:after:swap", () => all("[data-bulk-form]").forEach(showSelection));

// --- a button that needs text: [data-needs="name of a textarea in its form"] --------------------------------
function showNeeds(root) {
  for (const button of all("[data-needs]", root)) {
    const field = button.form?.elements[button.dataset.needs];
    if (field) button.disabled = field.value.trim() === "";
  }
}
document.addEventListener("input", (event) => event.target.form && showNeeds(event.target.form));
document.addEventListener("htmx:after:swap", () => showNeeds(document));
showNeeds(document);

// --- panel, dialogs, menus ---------------------------------------------------------------------------------
function closePanel() {
  const panel = one("#panel");
  if (panel?.firstElementChild) {
    panel.replaceChildren();
    one("tr[aria-selected=true]")?.removeAttribute("aria-selected");
    return true;
  }
  return false;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-panel]")) closePanel();
  const opener = event.target.closest("[data-open-dialog]");
  if (opener) one(`#${opener.dataset.openDialog}`)?.showModal();
  if (event.target.closest("[data-close-dialog]")) event.target.closest("dialog")?.close();
  if (event.target.closest("[data-print]")) window.print();
  for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  const row = event.target.closest("[data-row-open]")?.closest("tr");
  if (row) {
    one("tr[aria-selected=true]")?.removeAttribute("aria-selected");
    row.setAttribute("aria-selected", "true");
  }
});

// --- toasts: HX-Trigger {"toast": {"message", "undo_url", "undo_label"}} and [data-flash] ------------------
const TOAST_MS = 10_000;

function toast({ message, undo_url: undoUrl, undo_label: undoLabel }) {
  const box = document.createElement("div");
  box.className = "toast";
  box.append(Object.assign(document.createElement("span"), { textContent: message }));
  if (undoUrl) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: undoLabel });
    button.addEventListener("click", async () => {
      button.disabled = true;
      await post(undoUrl);
      location.reload();
    });
    box.append(button);
  }
  one(".toasts")?.append(box);
  setTimeout(() => box.remove(), TOAST_MS);
}

function post(url) {
  const token = one("meta[name=csrf]")?.content ?? "";
  return fetch(url, { method: "POST", headers: { "X-CSRF-Token": token } });
}

document.addEventListener("toast", (event) => toast(event.detail));
for (const flash of all("[data-flash]")) toast({ message: flash.dataset.flash });

// --- every request of htmx carries the session's token ------------------------------------------------------
document.addEventListener("htmx:config:request", (event) => {
  const token = one("meta[name=csrf]")?.content;
  const headers = event.detail?.ctx?.request?.headers ?? event.detail?.headers;
  if (token && headers) headers["X-CSRF-Token"] = token;
});
document.addEventListener("htmx:error", () => {
  const text = document.body.dataset.offlineText;
  if (text) toast({ message: text });
});

// --- keys: / search, j k rows, x select, Enter open, s sign off, Esc close, ? list --------------------------
const typing = (element) => element.matches("input, textarea, select, [contenteditable]");

function moveRow(step) {
  const links = all("main tbody tr").map((row) => one("a[href]", row)).filter(Boolean);
  const here = links.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
  links[Math.max(0, Math.min(links.length - 1, next))]?.focus();
}

const KEYS = {
  "/": () => one("[role=search] input")?.focus(),
  j: () => moveRow(1),
  k: () => moveRow(-1),
  x: () => one("[data-row-check]:not(:disabled)", document.activeElement.closest("tr") ?? document.createElement("p"))?.click(),
  s: () => one("#panel [data-key=s], [data-key=s]")?.focus(),
  "?": () => one("#keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !typing(event.target) && closePanel()) return;
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = KEYS[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});
