// The door: who comes and goes, noted on this device first and sent when there is a network (field.js, outbox.js).
// The list is kept sealed on the device; notes that wait are laid over it.

const root = document.querySelector("[data-door]"), { user, occasion, zone } = root.dataset;
const words = JSON.parse(root.dataset.words);
const [box, { Field }] = await Promise.all([import(root.dataset.outbox), import(root.dataset.field)]);
const one = (selector) => root.querySelector(selector);
const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const lang = document.documentElement.lang;
const clock = (at) => new Date(at).toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit", timeZone: zone });
const page = `/occasions/${occasion}/door`, LIST = `door-${occasion}`, AGAIN_MS = 15_000;

const field = new Field(box, user, () => show(), { kind: "door", base: "/occasions/door" });
const keyOf = (person) => `${person.id}-${person.position}`;
let people = (await box.kept(user, LIST)) ?? null, last;

// --- the list: the server's, with what waits here laid over it -------------------------------------------------------
function noted(person, what, at) {
  if (what === "in") Object.assign(person, { in: person.in ?? at, out: null });
  else Object.assign(person, { out: at });
}

async function refresh() {
  const answer = await fetch(`/occasions/${occasion}/door-list`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const got = await answer.json();
  if (String(got.user) !== user) return;
  const known = new Map(got.people.map((person) => [keyOf(person), person]));
  const waiting = (await field.items()).filter((item) => !item.problems && item.fields.occasion === occasion);
  const undone = new Set(waiting.map((item) => item.fields.undoes).filter(Boolean));
  for (const { id, at, fields } of waiting) {
    const person = known.get(`${fields.enrollment}-${fields.position}`);
    if (person && fields.what !== "undo" && !undone.has(id)) noted(person, fields.what, at);
  }
  people = got.people;
  await box.keep(user, LIST, people);
  await show();
}

// --- noting ----------------------------------------------------------------------------------------------------------
async function note(person, what, code = "") {
  const before = { in: person.in, out: person.out };
  const fields = { what, enrollment: String(person.id), position: String(person.position), code, occasion };
  const item = await field.keep("door", fields, person.name);
  noted(person, what, item.at);
  last = { key: item.id, id: keyOf(person), before };
  await box.keep(user, LIST, people);
  tell(say(what === "in" ? words.came : words.went, { name: person.name, time: clock(item.at) }), true);
  await show();
  field.send().then(refresh);
}

async function undo() {
  const { key, id, before } = last;
  last = undefined;
  const person = people.find((each) => keyOf(each) === id), item = (await field.items()).find((each) => each.id === key);
  if (item && !item.sent) await field.discard(key);
  else await field.keep("door", { what: "undo", undoes: key, occasion }, person?.name ?? "");
  if (person) Object.assign(person, before);
  await box.keep(user, LIST, people);
  tell("");
  await show();
  field.send().then(refresh);
}

function tell(text, undoable = false) {
  Object.assign(one("[data-said]"), { textContent: text, hidden: !text });
  one("[data-undo]").hidden = !undoable;
}

// --- on screen -------------------------------------------------------------------------------------------------------
const fold = (text) => text.normalize("NFC").toLowerCase();

function row(person) {
  const item = document.createElement("li"), who = document.createElement("div"), button = document.createElement("button");
  const isHere = person.in && !person.out;
  const facts = [person.number, person.dealer, person.with && say(words.with, { name: person.with }), person.in && clock(person.in), person.out && clock(person.out)];
  who.append(Object.assign(document.createElement("b"), { textContent: person.name }));
  who.append(Object.assign(document.createElement("span"), { className: "soft sm num", textContent: facts.filter(Boolean).join(" · ") }));
  Object.assign(button, { type: "button", className: isHere ? "btn" : "btn pri", textContent: isHere ? words.out : person.in ? words.back : words.in });
  button.setAttribute("aria-label", `${button.textContent}: ${person.name}`);
  button.addEventListener("click", () => note(person, isHere ? "out" : "in"));
  item.className = isHere ? "is-here" : "";
  item.append(who, button);
  return item;
}

async function show() {
  const items = await field.items(), wrong = items.filter((item) => item.problems), all = people ?? [];
  const waiting = items.length - wrong.length;
  one("[data-here]").textContent = say(words.here, { here: all.filter((person) => person.in && !person.out).length, all: all.length });
  const state = words[field.trouble] ?? (waiting ? say(words.waiting, { count: waiting }) : words.sent);
  one("[data-state]").textContent = field.trouble && waiting ? `${state} ${say(words.waiting, { count: waiting })}` : state;
  const wanted = fold(one("#f-door").value.trim());
  const found = all.filter((person) => fold(`${person.name} ${person.with} ${person.dealer} ${person.number}`).includes(wanted));
  const focused = document.activeElement?.getAttribute?.("aria-label");
  one("[data-people]").replaceChildren(...found.map(row));
  one("[data-people]").hidden = !found.length;
  if (focused?.includes(": ")) [...one("[data-people]").querySelectorAll("button")].find((button) => button.getAttribute("aria-label").endsWith(focused.split(": ")[1]))?.focus();
  Object.assign(one("[data-empty]"), { hidden: found.length > 0, textContent: !people ? words.fetch : all.length ? words.none : words.nobody });
  for (const item of wrong) {
    tell(say(words.refused, { why: `${item.title}: ${Object.values(item.problems).join(" ")}` }));
    await box.remove(item.id);
  }
}

// --- a badge was opened ----------------------------------------------------------------------------------------------
async function badge() {
  const code = location.pathname.startsWith(`${page}/`) ? location.pathname.slice(page.length + 1) : "";
  if (!code || !people) return;
  history.replaceState(null, "", page);
  const person = people.find((each) => each.code === code);
  if (!person) return void tell(words.unknown);
  if (person.in && !person.out) return void tell(say(words.already, { name: person.name, time: clock(person.in) }));
  await note(person, "in", code);
}

async function keepPage() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/occasions/worker.js");
  await navigator.serviceWorker.ready;
  const answer = await fetch(page, { headers: { Accept: "text/html" } });
  if (answer.ok && !answer.redirected) await (await caches.open(`offline-pages-${user}`)).put(page, answer);
  root.dataset.ready = "yes";
}

one("#f-door").addEventListener("input", () => show());
one("[data-undo]").addEventListener("click", () => undo());
addEventListener("online", () => field.send().then(refresh));
setInterval(() => { if (navigator.onLine && !document.hidden) field.send().then(refresh); }, AGAIN_MS);
await show();
if (navigator.onLine) await refresh();
await badge();
field.send().then(refresh);
keepPage().catch(() => {});
