// The outbox: what was typed while there may be no network, kept in IndexedDB until the server has it.
// Each item: { id, user, kind, at, …content, problems? }. No item of one person is shown to, or sent by, another.
// Contents are sealed (AES-GCM) under a key of each person that no script can read out; `forget` throws it away.

const DATABASE = "portal-outbox", ITEMS = "items", KEYS = "keys", KEPT = "kept";

// One connection a page; it makes way when another version of the page, or signing out, needs the database.
let connection;
const open = () => connection ??= new Promise((done, failed) => {
  const request = indexedDB.open(DATABASE, 2);
  request.onupgradeneeded = () => {
    const database = request.result, known = database.objectStoreNames;
    if (!known.contains(ITEMS)) database.createObjectStore(ITEMS, { keyPath: "id" }).createIndex("user", "user");
    if (!known.contains(KEYS)) database.createObjectStore(KEYS);
    if (!known.contains(KEPT)) database.createObjectStore(KEPT);
  };
  request.onsuccess = () => {
    const database = request.result, gone = () => { connection = undefined; };
    Object.assign(database, { onclose: gone, onversionchange: () => { database.close(); gone(); } });
    done(database);
  };
  request.onerror = () => { connection = undefined; failed(request.error); };
});

async function run(store, mode, work) {
  const database = await open();
  return new Promise((done, failed) => {
    const transaction = database.transaction(store, mode, { durability: "strict" });
    const request = work(transaction.objectStore(store));
    transaction.oncomplete = () => done(request?.result);
    transaction.onerror = transaction.onabort = () => failed(transaction.error);
  });
}

// --- sealing --------------------------------------------------------------------------------------------------
async function keyOf(user) {
  const known = await run(KEYS, "readonly", (store) => store.get(user));
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  // Of two tabs that make one at once the first stands.
  await run(KEYS, "readwrite", (store) => {
    const request = store.get(user);
    request.onsuccess = () => request.result ?? store.add(made, user);
    return request;
  });
  return run(KEYS, "readonly", (store) => store.get(user));
}

async function seal(user, bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, bytes: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await keyOf(user), bytes) };
}

const unseal = async (user, sealed) => crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, await keyOf(user), sealed.bytes);
const sealText = (user, value) => seal(user, new TextEncoder().encode(JSON.stringify(value)));
const unsealText = async (user, sealed) => JSON.parse(new TextDecoder().decode(await unseal(user, sealed)));

// --- items ----------------------------------------------------------------------------------------------------
export async function put({ photo, ...item }) {
  const { id, user, kind, at, ...content } = item;
  const packed = { id, user, kind, at, sealed: await sealText(user, content) };
  if (photo) packed.photo = await seal(user, await photo.arrayBuffer());
  return run(ITEMS, "readwrite", (store) => store.put(packed));
}

async function unpack({ sealed, photo, ...item }) {
  if (!sealed) return item;
  const whole = { ...item, ...await unsealText(item.user, sealed) };
  if (photo) whole.photo = new Blob([await unseal(item.user, photo)], { type: "image/jpeg" });
  return whole;
}

export const remove = (id) => run(ITEMS, "readwrite", (store) => store.delete(id));

const packedOf = (user) => run(ITEMS, "readonly", (store) => store.index("user").getAll(user));
export const countOf = async (user) => (await packedOf(user)).length;
export const kindsOf = async (user) => new Set((await packedOf(user)).map((item) => item.kind));
export const allOf = async (user, kind) => {
  const items = (await packedOf(user)).filter((item) => item.kind === kind);
  return (await Promise.all(items.map(unpack))).sort((one, other) => (one.at < other.at ? -1 : 1));
};

// --- what is kept besides items: lists for reading, drafts -------------------------------------------------------
export const keep = async (user, name, value) => {
  const sealed = await sealText(user, value);
  return run(KEPT, "readwrite", (store) => store.put(sealed, `${user}/${name}`));
};
export const kept = async (user, name) => {
  const sealed = await run(KEPT, "readonly", (store) => store.get(`${user}/${name}`));
  return sealed && unsealText(user, sealed);
};

// Throws away all of a person: items, lists, and the key without which copies of them are noise.
export async function forget(user) {
  for (const item of await packedOf(user)) await remove(item.id);
  await run(KEPT, "readwrite", (store) => store.delete(IDBKeyRange.bound(`${user}/`, `${user}/\uffff`)));
  await run(KEYS, "readwrite", (store) => store.delete(user));
}

// Sends what waits, at most `most` items a time; two tabs never send together.
// send(items) returns one { id, status, problems } an item: created and duplicate ones go, the others stay with
// what is wrong with them, and are not sent again before they were changed.
export const flush = (user, kind, send, most = 50) =>
  navigator.locks.request(`${DATABASE}-${kind}`, { ifAvailable: true }, async (lock) => {
    if (!lock) return 0;
    const waiting = (await allOf(user, kind)).filter((item) => !item.problems).slice(0, most);
    if (waiting.length === 0) return 0;
    let sent = 0;
    for (const answer of await send(waiting)) {
      const item = waiting.find((one) => one.id === answer.id);
      if (!item) continue;
      if (answer.status === "created" || answer.status === "duplicate") {
        await remove(item.id);
        sent += 1;
      } else await put({ ...item, problems: answer.problems ?? {}, status: answer.status });
    }
    return sent;
  });
