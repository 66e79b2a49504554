// The whole client: keys, bulk selection, panel, toasts, dialogs, files. Everything else is HTML from the server.
// Loaded as a module; works by delegation, so parts that htmx swaps in need no set-up.

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

// --- bulk selection: [data-bulk-form] holds rows with [data-row-check] and one .bulk bar -------------------
// A disabled box, or one in a row with [data-nobulk], is never part of a bulk selection.
const selectable = (form) => all("[data-row-check]:not(:disabled)", form).filter((box) => !box.closest("[data-nobulk]"));

function showSelection(form) {
  for (const box of all("[data-nobulk] [data-row-check]", form)) Object.assign(box, { checked: false, disabled: true });
  const chosen = selectable(form).filter((box) => box.checked);
  const everything = one("[data-check-all]", form);
  if (everything) {
    everything.checked = chosen.length > 0 && chosen.length === selectable(form).length;
    everything.indeterminate = chosen.length > 0 && !everything.checked;
  }
  const bar = one(".bulk", form);
  if (!bar) return;
  bar.hidden = chosen.length === 0;
  const count = one("[data-count]", bar);
  if (count) count.textContent = chosen.length;
  const sum = one("[data-sum]", bar);
  if (sum) sum.textContent = money(chosen.reduce((total, box) => total + Number(box.dataset.amount || 0), 0), sum.dataset.currency);
}

// Amounts are in the currency's minor unit, as everywhere.
function money(minor, currency = "KRW") {
  const format = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency });
  return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-bulk-form]");
  if (!form) return;
  if (event.target.matches("[data-check-all]")) {
    for (const box of selectable(form)) box.checked = event.target.checked;
  }
  showSelection(form);
});

// --- a button that needs text: [data-needs="name of a textarea in its form"] --------------------------------
function showNeeds(root) {
  for (const button of all("[data-needs]", root)) {
    const field = button.form?.elements[button.dataset.needs];
    if (field) button.disabled = field.value.trim() === "";
  }
}
document.addEventListener("input", (event) => event.target.form && showNeeds(event.target.form));

// --- signing out: nothing a phone keeps for this person stays, and nothing unsent goes with it ---------------------
async function leave(form) {
  const { leaves, outbox } = form.dataset;
  if ((await indexedDB.databases?.() ?? []).some(({ name }) => name === "portal-outbox")) {
    const box = await import(outbox);
    if (await box.countOf(leaves)) return location.assign((await box.kindsOf(leaves)).has("field") ? "/field/#records" : "/my/surveys");
    await box.forget(leaves);
  }
  await window.caches?.delete(`offline-pages-${leaves}`);
  form.submit();
}
document.addEventListener("submit", (event) => {
  if (!event.target.dataset.leaves || event.defaultPrevented) return;
  event.preventDefault();
  leave(event.target).catch(() => event.target.submit());
});

// --- panel: #panel is filled by htmx; focus goes in and comes back to the row --------------------------------
// The row is remembered by its address: the list may have been swapped meanwhile.
let openedFrom = "";
const opener = () => (openedFrom ? one(`[data-row-open][href="${CSS.escape(openedFrom)}"]`) : null);

function closePanel() {
  const panel = one("#panel");
  if (!panel?.firstElementChild) return false;
  panel.replaceChildren();
  one("tr[aria-selected=true]")?.removeAttribute("aria-selected");
  opener()?.focus();
  return true;
}

function markRow(link) {
  openedFrom = link?.getAttribute("href") ?? openedFrom;
  one("tr[aria-selected=true]")?.removeAttribute("aria-selected");
  if (one("#panel > *") || link) opener()?.closest("tr")?.setAttribute("aria-selected", "true");
}

document.addEventListener("htmx:after:swap", (event) => {
  all("[data-bulk-form]").forEach(showSelection);
  showNeeds(document);
  markRow();
  const target = event.detail?.ctx?.target;
  if (target?.id === "panel" && !target.contains(document.activeElement)) one("[data-close-panel]", target)?.focus({ preventScroll: true });
});

// --- clicks: panel, dialogs, menus, print -------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  if (at("[data-close-panel]")) closePanel();
  if (at("[data-open-dialog]")) one(`#${at("[data-open-dialog]").dataset.openDialog}`)?.showModal();
  if (at("[data-close-dialog]") || event.target.matches("dialog")) at("dialog")?.close();
  if (at("[data-print]")) window.print();
  if (event.target.matches("td.pick")) one("[data-row-check]:not(:disabled)", event.target)?.click();
  if (at("[data-row-open]")) markRow(at("[data-row-open]"));
  for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

// The demo's sign-in page: a chosen login fills the form.
document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-fill-login]")?.dataset;
  const form = chosen && one("form[action='/sign-in']");
  if (!form) return;
  form.elements.login.value = chosen.fillLogin;
  form.elements.password.value = chosen.fillPassword;
  one(".btn.pri", form).focus();
});

// A second click on a slow form must not send it twice.
const SENT_MS = 3000;
document.addEventListener("submit", (event) => {
  const { dataset } = event.target;
  if (event.defaultPrevented || event.target.matches("[hx-post]")) return;
  if (Date.now() - Number(dataset.sentAt || 0) < SENT_MS) event.preventDefault();
  else dataset.sentAt = Date.now();
});

// --- files: the name of what was chosen, and a hint while one is dragged over -------------------------------
document.addEventListener("change", (event) => {
  const shown = event.target.matches(".drop input") && one("[data-file-name]", event.target.parentElement);
  if (shown && event.target.files.length) shown.textContent = [...event.target.files].map((file) => file.name).join(", ");
});
for (const [kind, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(kind, (event) => event.target.closest?.(".drop")?.classList.toggle("over", over));
}

// --- toasts: HX-Trigger {"toast": {"message", "undo_url", "undo_label"}} and [data-flash] ------------------
const TOAST_MS = 10_000;

function toast({ message, undo_url: undoUrl, undo_label: undoLabel }) {
  const box = make("div", { className: "toast" });
  box.append(make("span", { textContent: message }));
  if (undoUrl) {
    const button = make("button", { type: "button", textContent: undoLabel });
    button.addEventListener("click", () => undo(button, undoUrl));
    box.append(button);
  }
  one(".toasts")?.append(box);
  setTimeout(() => box.remove(), TOAST_MS);
}

async function undo(button, url) {
  button.disabled = true;
  const headers = { "X-CSRF-Token": one("meta[name=csrf]")?.content ?? "", "HX-Request": "true" };
  const answer = await fetch(url, { method: "POST", headers }).catch(() => null);
  if (!answer?.ok) return toast({ message: answer ? document.body.dataset.failedText : document.body.dataset.offlineText });
  const next = answer.headers.get("HX-Redirect");
  if (next && next !== location.pathname + location.search) location.assign(next);
  else location.reload();
}

document.addEventListener("toast", (event) => toast(event.detail));
for (const flash of all("[data-flash]")) toast({ message: flash.dataset.flash });

// --- every request of htmx carries the session's token ------------------------------------------------------
document.addEventListener("htmx:config:request", (event) => {
  const token = one("meta[name=csrf]")?.content;
  const headers = event.detail?.ctx?.request?.headers;
  if (token && headers) headers["X-CSRF-Token"] = token;
});
document.addEventListener("htmx:error", (event) => {
  if (event.detail?.ctx) toast({ message: document.body.dataset.offlineText });
});

// --- keys: / search, j k rows, x select, Enter open, s sign off, Esc close, ? list --------------------------
const typing = (element) => element.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

function moveRow(step) {
  const links = all("main tbody tr").map((row) => one("a[href]", row)).filter(Boolean);
  const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const start = here < 0 ? links.indexOf(opener()) : here;
  const next = start < 0 ? (step > 0 ? 0 : links.length - 1) : start + step;
  links[Math.max(0, Math.min(links.length - 1, next))]?.focus();
}

function selectRow() {
  const box = one("[data-row-check]", document.activeElement.closest("tr") ?? make("p"));
  if (box?.disabled) {
    if (box.title) toast({ message: box.title });
  } else box?.click();
}

const KEYS = {
  "/": () => one("[role=search] input")?.focus(),
  j: () => moveRow(1),
  k: () => moveRow(-1),
  x: selectRow,
  s: () => (one("#panel textarea") ?? one(".bulk:not([hidden]) textarea") ?? one("[data-key=s]"))?.focus(),
  "?": () => one("#keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && !one("dialog[open]")) {
    if (typing(event.target)) event.target.blur();
    else closePanel();
    return;
  }
  const act = !typing(event.target) && !one("dialog[open]") && KEYS[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

all("[data-bulk-form]").forEach(showSelection);
showNeeds(document);
