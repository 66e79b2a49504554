// The outbox: what was typed while there may be no network, kept in IndexedDB until the server has it.
// Each item: { id, user, kind, at, …content, problems? }. No item of one person is shown to, or sent by, another.

const DATABASE = "portal-outbox", STORE = "items";

const open = () => new Promise((done, failed) => {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" }).createIndex("user", "user");
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

async function run(mode, work) {
  const database = await open();
  try {
    return await new Promise((done, failed) => {
      const transaction = database.transaction(STORE, mode, { durability: "strict" });
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => done(request?.result);
      transaction.onerror = transaction.onabort = () => failed(transaction.error);
    });
  } finally {
    database.close();
  }
}

export const put = (item) => run("readwrite", (store) => store.put(item));
export const remove = (id) => run("readwrite", (store) => store.delete(id));
export const allOf = async (user, kind) =>
  (await run("readonly", (store) => store.index("user").getAll(user)))
    .filter((item) => item.kind === kind)
    .sort((one, other) => (one.at < other.at ? -1 : 1));

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
