// Records of the field: kept on the phone first, sent when there is a server, told apart by what became of them.
// No screen here; field-page.js shows what this says. The rule in words: docs/algorithms/sync.md.

const KIND = "field", MOST = 50, FIRST_MS = 1000, LONGEST_MS = 60_000, LOG_MOST = 50;
const TAKEN = new Set(["created", "duplicate", "late", "refused"]);

export class Field {
  // box: the module outbox.js; said(): called whenever something changed. Other pages that work without a network
  // name their own kind of record and the address that takes them.
  constructor(box, user, said, { kind = KIND, base = "/field" } = {}) {
    Object.assign(this, { box, user, said, kind, base, wait: FIRST_MS, trouble: "" });
    this.logName = kind === KIND ? "log" : `log-${kind}`;
  }

  items() { return this.box.allOf(this.user, this.kind); }
  async log() { return (await this.box.kept(this.user, this.logName)) ?? []; }
  kit() { return this.box.kept(this.user, "kit"); }

  // --- on this phone --------------------------------------------------------------------------------------------
  async keep(record, fields, title, photo) {
    const item = { id: crypto.randomUUID(), user: this.user, kind: this.kind, record, fields, title, at: new Date().toISOString() };
    await this.box.put({ ...item, photo });
    this.said();
    return item;
  }

  // What was wrong is put right under the same key, so that it is still one record.
  async correct(item, fields, photo) {
    const { problems, status, sent, ...rest } = item;
    await this.box.put({ ...rest, fields, photo: photo ?? item.photo });
    this.said();
  }

  async discard(id) { await this.box.remove(id); this.said(); }

  async #done(item, status) {
    const log = await this.log();
    const line = { id: item.id, record: item.record, title: item.title, at: item.at, status, account: item.fields.account };
    await this.box.keep(this.user, this.logName, [line, ...log.filter((one) => one.id !== item.id)].slice(0, LOG_MOST));
    await this.box.remove(item.id);
  }

  // --- to the server --------------------------------------------------------------------------------------------
  async #session() {
    const who = await fetch(`${this.base}/token`, { headers: { Accept: "application/json" } });
    if (who.status === 401 || who.status === 403) throw Object.assign(new Error("sign in"), { trouble: "signIn" });
    if (!who.ok) throw new Error(`token ${who.status}`);
    const session = await who.json();
    if (String(session.user) !== this.user) throw Object.assign(new Error("another person"), { trouble: "other" });
    return session.token;
  }

  async #exchange(token, items) {
    const all = await this.items(), stuck = all.filter((item) => item.problems).length;
    let phone = await this.box.kept(this.user, "phone");
    if (!phone) await this.box.keep(this.user, "phone", phone = crypto.randomUUID());
    const agent = navigator.userAgentData, label = agent ? `${agent.platform}${agent.mobile ? " · mobile" : ""}` : navigator.platform;
    const body = {
      phone, label, stuck, now: new Date().toISOString(), since: all[0]?.at, waiting: await this.box.countOf(this.user),
      items: items.map(({ id, record, at, fields }) => ({ id, kind: record, at, fields })),
    };
    const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRF-Token": token };
    const answer = await fetch(`${this.base}/sync`, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`sync ${answer.status}`);
    return (await answer.json()).answers;
  }

  // Returns how many records got further.
  async #sendRecords(token) {
    const items = (await this.items()).filter((item) => !item.problems && !item.taken).slice(0, MOST);
    for (const item of items) await this.box.put({ ...item, sent: true });
    this.said();
    let further = 0;
    for (const answer of await this.#exchange(token, items)) {
      const item = items.find((one) => one.id === answer.id);
      if (!item || answer.status === "waits") continue;
      further += 1;
      if (!TAKEN.has(answer.status)) await this.box.put({ ...item, status: answer.status, problems: answer.problems });
      else if (item.photo && answer.status !== "refused") await this.box.put({ ...item, taken: answer.status });
      else await this.#done(item, answer.status);
    }
    return further;
  }

  async #sendPhotos(token) {
    for (const item of (await this.items()).filter((one) => one.taken)) {
      const form = new FormData();
      form.append("photo", item.photo, "photo.jpg");
      const answer = await fetch(`/field/photo/${item.id}`, { method: "POST", headers: { Accept: "application/json", "X-CSRF-Token": token }, body: form });
      if (answer.status >= 500 || answer.status === 401 || answer.status === 429) throw new Error(`photo ${answer.status}`);
      await this.#done(item, answer.ok ? item.taken : "noPhoto");
    }
  }

  // One tab sends at a time; another that wants to comes back when it is its turn and finds nothing left.
  send() {
    return navigator.locks.request(`portal-outbox-${this.kind}`, { ifAvailable: true }, async (lock) => {
      // Who sends now may just have looked: what was kept since then has its own turn.
      if (!lock) return void this.#later();
      clearTimeout(this.timer);
      try {
        const token = await this.#session();
        while (await this.#sendRecords(token)) await this.#sendPhotos(token);
        await this.#sendPhotos(token);
        Object.assign(this, { trouble: "", wait: FIRST_MS });
        if ((await this.items()).some((item) => !item.problems)) this.#later();
      } catch (error) {
        this.trouble = error.trouble ?? (navigator.onLine ? "" : "offline");
        this.#later();
      }
      this.said();
    });
  }

  #later() {
    clearTimeout(this.timer);
    this.wait = Math.min(this.wait * 2, LONGEST_MS);
    this.timer = setTimeout(() => this.send(), this.wait);
  }

  // --- taken along ------------------------------------------------------------------------------------------------
  async refresh() {
    const had = await this.box.kept(this.user, "kit-mark");
    const answer = await fetch("/field/kit", { headers: { Accept: "application/json", ...(had && { "If-None-Match": had }) } });
    if (answer.status !== 200) return false;
    const kit = await answer.json();
    if (String(kit.user) !== this.user) return false;
    await this.box.keep(this.user, "kit", kit);
    await this.box.keep(this.user, "kit-mark", answer.headers.get("ETag"));
    return true;
  }

  async waiting() { return this.box.countOf(this.user); }

  // Nothing of this person stays in the browser.
  async leave() {
    clearTimeout(this.timer);
    await this.box.forget(this.user);
    await caches.delete(`offline-pages-${this.user}`);
  }
}

// A photo as a phone may keep it: at most 1,600 pixels a side. Canvas drops what the camera wrote besides.
const LONGEST_SIDE = 1600;
export async function shrink(file) {
  if (!file?.size) return undefined;
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) return undefined;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale)));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 });
}

// Names that may be the same shop: equal pairs of neighbouring characters, as Dice counts them.
const LIKE = 0.6;
const plain = (text) => text.normalize("NFC").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
const pairs = (text) => new Set([...text].slice(0, -1).map((one, place) => one + [...text][place + 1]));
export function similar(name, accounts, most = 5) {
  const wanted = plain(name);
  if (wanted.length < 2) return [];
  const own = pairs(wanted);
  const scored = accounts.map((account) => {
    const other = plain(account.name), theirs = pairs(other);
    const both = [...own].filter((pair) => theirs.has(pair)).length;
    return [other === wanted ? 1 : (2 * both) / (own.size + theirs.size || 1), account];
  });
  return scored.filter(([score]) => score >= LIKE).sort((one, two) => two[0] - one[0]).slice(0, most).map(([, account]) => account);
}
