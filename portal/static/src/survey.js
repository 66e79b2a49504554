// The survey on a phone: answers go into the outbox first, and from there to the server as soon as there is one.
// [data-survey] carries addresses and words; without script, or without IndexedDB, the form is an ordinary form.

const root = document.querySelector("[data-survey]");
const { user, outbox, token, sync, worker } = root.dataset;
const words = JSON.parse(root.dataset.words);
const pages = new Set([location.pathname + location.search, ...JSON.parse(root.dataset.pages)]);
const form = root.querySelector("form[data-answers]");
const state = root.querySelector("[data-state]"), list = root.querySelector("[data-waiting]");
const KIND = "survey", PAGES = "offline-pages-";
const FIRST_MS = 1000, LONGEST_MS = 60_000;
const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

const { put, remove, allOf, flush, countOf, forget } = await import(outbox);

// --- what waits on this phone ---------------------------------------------------------------------------------
let trouble = "";

async function show() {
  const items = await allOf(user, KIND);
  const wrong = items.filter((item) => item.problems);
  state.textContent = trouble || (items.length - wrong.length ? say(words.waiting, { count: items.length - wrong.length }) : words.sent);
  state.dataset.count = items.length;
  list.replaceChildren(...items.map((item) => make("li", {}, ...shown(item))));
  for (const item of items) hide(item.account);
}

function shown(item) {
  const name = make("span", { textContent: `${item.place} · ${item.declined ? words.declined : new Date(item.at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })}` });
  if (!item.problems) return [name];
  const why = make("span", { className: "error", textContent: item.status === "conflict" ? words.conflict : Object.values(item.problems).join(" ") });
  const discard = make("button", { type: "button", className: "btn", textContent: words.discard });
  discard.addEventListener("click", async () => { if (confirm(words.sure)) { await remove(item.id); await show(); } });
  const parts = [name, why];
  if (form && Number(form.dataset.number) === item.survey && item.status !== "conflict") {
    const again = make("button", { type: "button", className: "btn", textContent: words.again });
    again.addEventListener("click", () => putBack(item));
    parts.push(again);
  }
  return [...parts, discard];
}

async function putBack(item) {
  form.reset();
  const select = form.elements.place;
  let option = [...select.options].find((one) => Number(one.value) === item.account);
  if (!option) select.append((option = make("option", { value: item.account, textContent: item.place })));
  option.hidden = option.disabled = false;
  select.value = item.account;
  for (const [name, text] of Object.entries(item.fields)) {
    const field = form.elements[name];
    if (!field) continue;
    if (field.type === "checkbox") field.checked = true;
    else field.value = text;
  }
  await remove(item.id);
  await show();
  option.hidden = option.disabled = false;
  form.scrollIntoView();
}

function hide(account) {
  const option = form && [...form.elements.place.options].find((one) => Number(one.value) === account);
  if (!option) return;
  option.hidden = option.disabled = true;
  if (option.selected) form.elements.place.value = "";
}

// --- sending --------------------------------------------------------------------------------------------------
let wait = FIRST_MS, timer;

async function send(items) {
  const who = await fetch(token, { headers: { Accept: "application/json" } });
  if (who.status === 401 || who.status === 403) throw Object.assign(new Error("sign in"), { words: words.signIn });
  if (!who.ok) throw new Error(`token ${who.status}`);
  const session = await who.json();
  if (String(session.user) !== user) throw Object.assign(new Error("another person"), { words: words.other });
  const body = JSON.stringify({ items: items.map(({ id, survey, account, at, fields, declined }) => ({ id, survey, account, at, fields, declined })) });
  const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRF-Token": session.token };
  const answer = await fetch(sync, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`sync ${answer.status}`);
  return answer.json();
}

async function trySend() {
  clearTimeout(timer);
  try {
    const sent = await flush(user, KIND, send);
    trouble = "";
    wait = FIRST_MS;
    if (sent) timer = setTimeout(trySend, 0);
  } catch (error) {
    trouble = error.words ?? "";
    wait = Math.min(wait * 2, LONGEST_MS);
    timer = setTimeout(trySend, wait);
  }
  await show();
}

addEventListener("online", trySend);
document.addEventListener("visibilitychange", () => document.hidden || trySend());

// --- answering ------------------------------------------------------------------------------------------------
async function keep(declined) {
  const place = form.elements.place;
  if (!place.value) return void place.reportValidity();
  const fields = declined ? {} : Object.fromEntries([...new FormData(form)].filter(([name, text]) => /^q\d/.test(name) && text !== ""));
  await put({
    id: crypto.randomUUID(), user, kind: KIND, survey: Number(form.dataset.number), account: Number(place.value),
    place: place.selectedOptions[0].textContent.trim(), at: new Date().toISOString(), fields, declined,
  });
  form.reset();
  place.value = "";
  await show();
  state.scrollIntoView({ block: "nearest" });
  trySend();
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  keep(event.submitter?.name === "declined");
});

// --- without a network: the worker, and the pages of this person alone ----------------------------------------
async function keepPages() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(worker);
  for (const name of await caches.keys()) {
    if (name.startsWith(PAGES) && name !== PAGES + user) await caches.delete(name);
  }
  if (!navigator.onLine) return;
  const cache = await caches.open(PAGES + user);
  for (const page of pages) {
    const answer = await fetch(page, { headers: { Accept: "text/html" } }).catch(() => null);
    if (answer?.ok && !answer.redirected) await cache.put(page, answer);
  }
  root.dataset.ready = "yes";
}

// Signing out is refused while something waits; the pages kept for this person go.
document.querySelector("form[action='/sign-out']")?.addEventListener("submit", async (event) => {
  if (event.target.dataset.empty === "yes") return;
  event.preventDefault();
  if (await countOf(user)) {
    state.textContent = words.notYet;
    state.scrollIntoView({ block: "center" });
    return;
  }
  await forget(user);
  await caches.delete(PAGES + user);
  event.target.dataset.empty = "yes";
  event.target.submit();
});

navigator.storage?.persist?.();
await trySend();
await keepPages().catch(() => undefined);
