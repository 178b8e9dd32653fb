/* Home of the tablet's one database: its shape, its upgrades, and transactions that are over only when they are kept.

   The queue lives here and nowhere else, apart from every cache, so that a new version of the page finds it as it
   was. Newer shapes only ever add: a page that is older than the database still works with it. */

const BLOCKED_AFTER_MS = 8000;

/* One step for each version of the shape; a step that was released is never edited. */
const TILL = { name: "meal-circle-till", steps: [
  (db) => {
    const records = db.createObjectStore("records", { keyPath: "id" });
    records.createIndex("seq", "seq", { unique: true });
    records.createIndex("state", ["state", "seq"]);
    // Entries that the server does not hold carry `held`; the others are not in this index at all.
    records.createIndex("held", ["held", "seq"]);
    records.createIndex("served", ["served_on", "sitting"]);
    records.createIndex("resident", "resident");
    // A meal's record reverses nothing: null is no key, so only reversals are in this index.
    records.createIndex("reverses", "body.reverses");
    records.createIndex("news", ["news", "seq"]);
    const closes = db.createObjectStore("closes", { keyPath: "id" });
    closes.createIndex("seq", "seq", { unique: true });
    closes.createIndex("state", ["state", "seq"]);
    closes.createIndex("held", ["held", "seq"]);
    db.createObjectStore("residents", { keyPath: "no" });
    db.createObjectStore("meta");
    // The numbers have a store of their own, so that a roster that is being written never holds up a tap.
    db.createObjectStore("counters");
  },
  (db) => {
    const complaints = db.createObjectStore("complaints", { keyPath: "id" });
    complaints.createIndex("seq", "seq", { unique: true });
    complaints.createIndex("state", ["state", "seq"]);
    complaints.createIndex("held", ["held", "seq"]);
  },
] };

/** Give an error that is known by its name. */
export function trouble(name, cause) {
  return Object.assign(new Error(cause && cause.message ? cause.message : name), { name, cause: cause || null });
}

/** Wait for one request; use it inside `run` alone. */
export function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Walk a store or an index, calling `visit(value, cursor)` until it returns false or the end is reached. */
export function walk(source, { range = null, direction = "next" }, visit) {
  return new Promise((resolve, reject) => {
    const request = source.openCursor(range, direction);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor || visit(cursor.value, cursor) === false) { resolve(); return; }
      cursor.continue();
    };
  });
}

/** Give the part of a two-part index whose first part is `first`; an array sorts after every number. */
export function startingWith(first) {
  return IDBKeyRange.bound([first], [first, []]);
}

/** Open the database → {run}. `onOutdated` is called when another tab brings a newer shape and this one gave way;
    `shape` is {name, steps}, the till's unless another page brings its own.

    Raises: NoStorage when there is no database to be had, Blocked when another tab keeps the old shape. */
export async function database(onOutdated, shape = TILL) {
  let connection = null;

  function connected() {
    if (!connection) {
      connection = connect(shape, () => { connection = null; }, onOutdated);
      connection.catch(() => { connection = null; });
    }
    return connection;
  }

  /* A connection that was closed under our hands (an upgrade elsewhere, the browser tidying up) is opened again. */
  async function begin(names, mode, durability) {
    const db = await connected();
    try {
      return db.transaction(names, mode, { durability });
    } catch (error) {
      if (error.name !== "InvalidStateError") { throw error; }
      connection = null;
      return (await connected()).transaction(names, mode, { durability });
    }
  }

  /** Run `work(stores)` in one transaction; resolves with its result once that is kept, rejects if nothing is. */
  async function run(names, mode, work, { durability = "strict" } = {}) {
    return completed(await begin(names, mode, durability), names, work);
  }

  await connected();
  return { run };
}

function completed(transaction, names, work) {
  return new Promise((resolve, reject) => {
    const outcome = { value: undefined, failure: null };
    transaction.oncomplete = () => resolve(outcome.value);
    transaction.onabort = () => reject(whyAborted(transaction.error, outcome.failure));
    const stores = {};
    names.forEach((name) => { stores[name] = transaction.objectStore(name); });
    const failed = (error) => {
      outcome.failure = outcome.failure || error;
      // When the transaction is over already, its own event has told.
      try { transaction.abort(); } catch (tooLate) { return tooLate; }
      return error;
    };
    try {
      Promise.resolve(work(stores)).then((value) => { outcome.value = value; }).catch(failed);
    } catch (error) {
      failed(error);
    }
  });
}

function whyAborted(error, failure) {
  if (error && error.name === "QuotaExceededError") { return error; }
  return failure || error || trouble("AbortError");
}

async function connect(shape, onGone, onOutdated) {
  let db;
  try {
    db = await opened(shape, shape.steps.length);
  } catch (error) {
    if (error.name === "Blocked") { throw error; }
    // A newer page has been here, and we are the older one: its shape holds all that we know.
    db = error.name === "VersionError" ? await opened(shape, undefined) : null;
    if (!db) { throw trouble("NoStorage", error); }
  }
  db.onversionchange = () => {
    db.close();
    onGone();
    onOutdated();
  };
  db.onclose = onGone;
  return db;
}

function opened({ name, steps }, version) {
  return new Promise((resolve, reject) => {
    const request = self.indexedDB.open(name, version);
    let patience = 0;
    let isGivenUp = false;
    request.onupgradeneeded = (event) => {
      steps.slice(event.oldVersion).forEach((step) => step(request.result, request.transaction));
    };
    request.onblocked = () => {
      patience = setTimeout(() => {
        isGivenUp = true;
        reject(trouble("Blocked"));
      }, BLOCKED_AFTER_MS);
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      clearTimeout(patience);
      // Nobody waits for it any more, and it must not be the next one's obstacle.
      if (isGivenUp) { request.result.close(); }
      resolve(request.result);
    };
  });
}
