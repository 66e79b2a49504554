// The field on screen: route, account, new outlet, records. Data comes from the phone (field.js), so that the page is
// the same with and without a network.

const { dataset } = document.body;
const words = JSON.parse(dataset.words), outcomes = JSON.parse(dataset.outcomes);
const kinds = JSON.parse(dataset.kinds), records = JSON.parse(dataset.recordKinds);
const [box, { Field, shrink, similar }] = await Promise.all([import(dataset.outbox), import(dataset.field)]);

const one = (selector, root = document) => root.querySelector(selector);
const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const make = (tag, properties = {}, ...children) => {
  const { data, ...rest } = properties, element = Object.assign(document.createElement(tag), rest);
  Object.assign(element.dataset, data);
  element.append(...children.filter(Boolean));
  return element;
};
const lang = document.documentElement.lang;
const dayIn = (date) => date.toLocaleDateString("sv-SE", { timeZone: dataset.zone });
const shift = (day, by) => new Date(Date.parse(`${day}T12:00:00Z`) + by * 86_400_000).toISOString().slice(0, 10);
const shown = (day) => new Date(`${day}T12:00:00Z`).toLocaleDateString(lang, { month: "short", day: "numeric", weekday: "short", timeZone: "UTC" });
const ago = (day) => Math.round((Date.parse(dayIn(new Date())) - Date.parse(day)) / 86_400_000);

const field = new Field(box, dataset.user, () => show());
let kit, on = dayIn(new Date()), current, editing, found = [];

// --- accounts the phone knows: taken along, found online, and new ones that wait or were just accepted ----------------
async function accounts() {
  const pending = [...await field.items(), ...await field.log()].filter((item) => item.record === "account");
  const own = pending.map((item) => ({ id: item.id, name: item.title, code: words.new, kind: "", address: "", visits: [], isNew: true }));
  const known = new Map();
  for (const account of [...own, ...found, ...(kit?.accounts ?? [])]) known.set(String(account.id), account);
  return known;
}

const lastSeen = (account) => {
  const last = account.seen;
  if (!last) return words.never;
  return ago(last) <= 0 ? words.today : say(words.days, { count: ago(last) });
};

// --- today ----------------------------------------------------------------------------------------------------------
async function showToday() {
  const known = await accounts(), logged = [...await field.items(), ...await field.log()];
  const done = new Set(logged.filter((item) => item.record === "visit" && dayIn(new Date(item.at)) === on).map((item) => String(item.fields?.account ?? item.account)));
  one("[data-day]").textContent = say(words.routeOf, { day: shown(on) });
  const stops = (kit?.days[on] ?? []).filter((stop) => known.has(String(stop.account)));
  one("[data-stops]").replaceChildren(...stops.map((stop, place) => row(known.get(String(stop.account)), place + 1, stop, done)));
  one("[data-stops]").hidden = !stops.length;
  Object.assign(one("[data-empty]"), { hidden: stops.length > 0, textContent: words.noStops });
}

function row(account, place, stop, done) {
  const isDone = done?.has(String(account.id)) || account.visits.some((visit) => visit.on === on);
  const facts = [account.address || account.code, stop?.minutes && say(words.minutes, { count: stop.minutes }), stop?.class_code, lastSeen(account)];
  return make("li", {},
    make("b", { className: `place num${isDone ? " done" : ""}`, textContent: isDone ? "✓" : place || "·", title: place ? say(words.ordinal, { count: place }) : "" }),
    make("div", {},
      make("a", { href: `#account/${account.id}`, textContent: account.name }),
      make("span", { className: "soft sm", textContent: facts.filter(Boolean).join(" · ") })),
    stop?.target && make("span", { className: "tag tag-blue", textContent: words.target }));
}

let searching;
function search() {
  clearTimeout(searching);
  searching = setTimeout(async () => {
    const text = one("#f-q").value.trim(), list = one("[data-found]");
    if (!text) return void (list.hidden = true);
    if (navigator.onLine) {
      const answer = await fetch(`/field/find?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } }).catch(() => null);
      if (answer?.ok) found = [...await answer.json(), ...found].slice(0, 100);
    }
    const fold = (value) => value.normalize("NFC").toLowerCase();
    const hits = [...(await accounts()).values()].filter((account) => fold(`${account.name} ${account.code}`).includes(fold(text))).slice(0, 20);
    list.replaceChildren(...(hits.length ? hits.map((account) => row(account)) : [make("li", {}, make("span"), make("span", { textContent: words.none }))]));
    list.hidden = false;
  }, 250);
}

// --- one account and the visit ----------------------------------------------------------------------------------------
async function showAccount(id) {
  const account = (await accounts()).get(id);
  if (!account) return void (location.hash = "#today");
  current = account;
  one("[data-name]").textContent = account.name;
  one("[data-sub]").textContent = [kinds[account.kind], account.code, account.address, lastSeen(account)].filter(Boolean).join(" · ");
  one("[data-contact]").replaceChildren(...[
    account.phone && make("a", { className: "btn", href: `tel:${account.phone}`, textContent: account.phone }),
    account.kind && make("a", { className: "btn", href: `/${account.kind}s/${account.id}`, textContent: words.whole }),
  ].filter(Boolean));
  const promises = (account.promises ?? []).map((each) => make("li", {}, make("b", { textContent: each.text }),
    make("div", { className: "soft sm", textContent: `${words[each.side]} · ${say(words.until, { day: shown(each.due) })}` })));
  one("[data-promises]").replaceChildren(...promises);
  one("[data-promised]").hidden = !promises.length;
  const visits = account.visits.map((visit) => make("li", {},
    make("b", { textContent: shown(visit.on) }), ` ${outcomes[visit.outcome]}${visit.cases === null ? "" : ` · ${say(words.cases, { count: visit.cases })}`}`,
    visit.note && make("div", { className: "soft sm", textContent: visit.note })));
  one("[data-visits]").replaceChildren(...(visits.length ? visits : [make("li", { className: "soft", textContent: words.noVisits })]));
  const form = one("[data-form=visit]"), today = dayIn(new Date());
  Object.assign(form.elements.visited_on, { max: today, min: shift(today, -Number(dataset.back)) });
  if (!form.elements.visited_on.value) form.elements.visited_on.value = today;
}

function fieldsOf(form) {
  const fields = Object.fromEntries([...new FormData(form)].filter(([name, value]) => typeof value === "string" && value !== "" && name !== "photo"));
  if (!fields.promise_text) for (const name of ["promise_side", "promise_due_on"]) delete fields[name];
  return fields;
}

function complain(form, problems) {
  for (const old of form.querySelectorAll(".error")) old.remove();
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  const rest = [];
  for (const [name, text] of Object.entries(problems)) {
    const input = name && form.elements[name], place = input?.closest?.(".field");
    if (!place) { rest.push(text); continue; }
    input.setAttribute("aria-invalid", "true");
    input.closest("details")?.setAttribute("open", "");
    place.append(make("span", { className: "error", textContent: text }));
  }
  Object.assign(one("[data-summary]", form), { textContent: rest.join(" "), hidden: !rest.length });
}

async function save(form) {
  if (!form.reportValidity()) return;
  const record = form.dataset.form, file = form.elements.photo?.files[0];
  const photo = file && await shrink(file);
  if (file && !photo) return complain(form, { photo: words.badPhoto });
  const fields = fieldsOf(form);
  if (record === "visit") fields.account = editing?.fields.account ?? String(current.id);
  if (editing) await field.correct(editing, fields, photo);
  else await field.keep(record, fields, record === "visit" ? current.name : fields.name, photo);
  toast(words.kept);
  clear();
  location.hash = record === "visit" ? "#today" : "#records";
  field.send();
}

function clear() {
  editing = undefined;
  for (const form of document.forms) if (form.dataset.form) { form.reset(); complain(form, {}); }
  for (const hidden of document.querySelectorAll("[name=latitude], [name=longitude]")) hidden.value = "";
  one("[data-placed]").textContent = "";
  one("[data-photo-name]").textContent = one("[data-photo-name]").dataset.empty;
  one("[data-place]").disabled = true;
  one("[data-similar]").hidden = true;
}

async function edit(item) {
  clear();
  editing = item;
  const form = one(`[data-form=${item.record}]`);
  location.hash = item.record === "visit" ? `#account/${item.fields.account}` : "#new";
  await show();
  for (const [name, text] of Object.entries(item.fields)) {
    const input = form.elements[name];
    if (input?.type === "checkbox") input.checked = true;
    else if (input) input.value = text;
  }
  complain(form, item.problems);
}

// --- last seen: places by age, and one tap for a look in passing ---------------------------------------------------------
async function look(account, finding) {
  if (finding === "gone" && !confirm(words.gone)) return;
  await field.keep("census", { account: String(account.id), seen_on: dayIn(new Date()), finding }, account.name);
  toast(words.kept);
  await show();
  field.send();
}

async function showCensus() {
  const today = dayIn(new Date()), logged = [...await field.items(), ...await field.log()];
  const done = new Set(logged.filter((item) => item.record === "census" && dayIn(new Date(item.at)) === today).map((item) => String(item.fields?.account ?? item.account)));
  const places = (kit?.accounts ?? []).filter((account) => account.kind !== "dealer").sort((one, two) => ((one.seen ?? "") < (two.seen ?? "") ? -1 : 1));
  one("[data-places]").replaceChildren(...places.map((account) => {
    const isDone = done.has(String(account.id)), line = row(account, 0, undefined, done), [recent, ageing] = kit.seenDays;
    const age = account.seen ? ago(account.seen) : Infinity, tone = isDone || age <= recent ? "good" : age <= ageing ? "mid" : "low";
    line.firstChild.replaceWith(make("span", { className: `st st-${tone}` }));
    line.append(isDone ? make("span", { className: "tag tag-good", textContent: words.seenToday })
      : make("button", { type: "button", className: "btn", textContent: words.seenToday, onclick: () => look(account, "there") }, make("span", { className: "vh", textContent: ` ${account.name}` })));
    return line;
  }));
  one("[data-places]").hidden = !places.length;
  Object.assign(one("[data-noplaces]"), { hidden: places.length > 0, textContent: words.noPlaces });
}

// --- a new outlet -------------------------------------------------------------------------------------------------------
function showNew() {
  const select = one("#f-dealer");
  if (select.options.length) return;
  const options = (kit?.dealers ?? []).map((dealer) => make("option", { value: dealer.code, textContent: dealer.name }));
  select.replaceChildren(...(options.length === 1 ? [] : [make("option", { value: "", textContent: "–" })]), ...options);
}

let comparing;
function compare() {
  clearTimeout(comparing);
  comparing = setTimeout(async () => {
    const form = one("[data-form=account]"), name = form.elements.name.value.trim(), hint = one("[data-similar]");
    let like = similar(name, [...(await accounts()).values()]);
    if (navigator.onLine && name) {
      const asked = new URLSearchParams(["name", "phone", "address"].map((each) => [each, form.elements[each].value]));
      const answer = await fetch(`/field/similar?${asked}`, { headers: { Accept: "application/json" } }).catch(() => null);
      if (answer?.ok) like = [...new Map([...like, ...await answer.json()].map((account) => [String(account.id), account])).values()];
    }
    hint.replaceChildren(make("b", { textContent: words.similar }), make("ul", {}, ...like.slice(0, 5).map((account) => make("li", { textContent: [account.name, account.code, account.address].filter(Boolean).join(" · ") }))));
    hint.hidden = !like.length;
  }, 300);
}

function readPlace() {
  const form = one("[data-form=account]"), told = one("[data-placed]");
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    form.elements.latitude.value = coords.latitude.toFixed(6);
    form.elements.longitude.value = coords.longitude.toFixed(6);
    told.textContent = words.placed;
  }, () => { told.textContent = words.noPlace; }, { maximumAge: 0, timeout: 15_000 });
}

// --- records ------------------------------------------------------------------------------------------------------------
function standing(item) {
  if (item.status === "conflict") return words.conflict;
  if (item.problems) return words.fix;
  return item.taken ? words.photo : item.sent ? words.sent : words.here;
}

function line(item, text, tone) {
  const time = new Date(item.at).toLocaleString(lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: dataset.zone });
  return make("li", { data: { key: item.id, status: item.status ?? "" } },
    make("span", { className: `st st-${tone}` }),
    make("div", {}, make("b", { textContent: item.title }), make("span", { className: "soft sm", textContent: `${records[item.record]} · ${time}` })),
    make("span", { className: "sm", textContent: text }));
}

async function showRecords() {
  const items = await field.items(), log = await field.log();
  const lines = items.map((item) => {
    const shownLine = line(item, standing(item), item.problems ? "low" : "mid");
    if (item.problems) {
      shownLine.append(make("span", { className: "error", textContent: Object.values(item.problems).join(" ") }));
      const buttons = make("div", { className: "btns" });
      if (item.status !== "conflict" && one(`[data-form=${item.record}]`)) buttons.append(make("button", { type: "button", className: "btn", textContent: words.correct, onclick: () => edit(item) }));
      buttons.append(make("button", { type: "button", className: "btn", textContent: words.discard, onclick: () => confirm(words.sure) && field.discard(item.id) }));
      shownLine.append(buttons);
    }
    return shownLine;
  });
  const tones = { late: "mid", refused: "low", noPhoto: "mid" };
  const list = [...lines, ...log.map((item) => line(item, words[item.status], tones[item.status] ?? "good"))];
  one("[data-records]").replaceChildren(...list);
  one("[data-records]").hidden = !list.length;
  Object.assign(one("[data-none]"), { hidden: list.length > 0, textContent: words.nothing });
}

// --- the page -------------------------------------------------------------------------------------------------------------
const VIEWS = { today: showToday, account: showAccount, new: showNew, census: showCensus, records: showRecords };
let before;
async function show() {
  const [name, id] = location.hash.slice(1).split("/"), view = name in VIEWS ? name : "today";
  for (const section of document.querySelectorAll("[data-view]")) section.hidden = section.dataset.view !== view;
  for (const link of document.querySelectorAll(".dock a")) link.toggleAttribute("aria-current", link.hash === `#${view}`);
  await VIEWS[view](id);
  const waiting = await field.waiting(), state = one("[data-state]");
  state.textContent = waiting ? say(words.waiting, { count: waiting }) : words.empty;
  state.dataset.count = waiting;
  Object.assign(one("[data-trouble]"), { textContent: words[field.trouble] ?? "", hidden: !words[field.trouble] });
  if (before !== undefined && before !== location.hash) { scrollTo(0, 0); one("#main").focus({ preventScroll: true }); }
  before = location.hash;
  dataset.shown = view;
}

function toast(text) {
  const shownToast = make("div", { className: "toast", textContent: text });
  one(".toasts").append(shownToast);
  setTimeout(() => shownToast.remove(), 4000);
}

addEventListener("hashchange", () => { if (!editing) clear(); show(); });
document.addEventListener("submit", (event) => {
  if (event.target.dataset.form) { event.preventDefault(); save(event.target); }
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.move) { on = button.dataset.move === "0" ? dayIn(new Date()) : shift(on, Number(button.dataset.move)); show(); }
  if ("send" in button.dataset) field.send();
  if (button.dataset.look) look(current, button.dataset.look);
  if ("place" in button.dataset) readPlace();
});
one("#f-q").addEventListener("input", search);
one("#f-photo").addEventListener("change", ({ target }) => {
  const name = one("[data-photo-name]"), chosen = target.files[0]?.name;
  name.textContent = chosen ? say(words.photoChosen, { name: chosen }) : name.dataset.empty;
});
one("[data-form=account]").addEventListener("input", (event) => {
  if (["name", "phone", "address"].includes(event.target.name)) compare();
  if (event.target.name === "place_consent") one("[data-place]").disabled = !event.target.checked;
});

// --- leaving: refused while something waits, unless it is discarded on purpose ---------------------------------------------
const leaveForm = one("[data-leave]"), leaving = one("#leaving");
// The token comes at the last moment: the page may be older than the session.
async function leave() {
  const answer = await fetch("/field/token", { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer) return toast(words.needNet);
  const session = answer.ok ? await answer.json() : undefined;
  await field.leave();
  if (!session) return location.assign("/sign-in");
  leaveForm.elements._csrf.value = session.token;
  leaveForm.submit();
}
leaveForm.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await field.waiting()) await field.send();
  const waiting = await field.waiting();
  if (!waiting) return leave();
  one("[data-leaving]").textContent = say(words.stillHere, { count: waiting });
  leaving.showModal();
});
one("[data-stay]").addEventListener("click", () => { leaving.close(); location.hash = "#records"; });
one("[data-drop]").addEventListener("click", leave);

// --- installed as an app ---------------------------------------------------------------------------------------------------
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  Object.assign(one("[data-install]"), { hidden: false, onclick: () => event.prompt() });
});

async function takeAlong() {
  if (!navigator.onLine) return;
  if (await field.refresh()) { kit = await field.kit(); await show(); }
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(dataset.worker);
  await navigator.serviceWorker.ready;
  const answer = await fetch("/field/", { headers: { Accept: "text/html" } });
  if (answer.ok && !answer.redirected) await (await caches.open(`offline-pages-${dataset.user}`)).put("/field/", answer);
  dataset.ready = "yes";
}

addEventListener("online", () => { field.send(); takeAlong().catch(() => undefined); });
document.addEventListener("visibilitychange", () => document.hidden || field.send());
navigator.storage?.persist?.();
kit = await field.kit();
await show();
await field.send();
await takeAlong().catch(() => undefined);
