// Files that other apps have shared: the service worker keeps them, the upload page takes them.
const NAME = "shared";
const STORE = "files";

/** Keep files until somebody takes them. */
export async function keepShared(files) {
  const base = await open();
  await done(base, (store) => files.forEach((file) => store.add(file)));
  base.close();
}

/** All files that are kept; from now on they are the caller's. */
export async function takeShared() {
  const base = await open();
  let asked;
  await done(base, (store) => {
    asked = store.getAll();
    store.clear();
  });
  base.close();
  return asked.result;
}

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.addEventListener("upgradeneeded", () => {
      asked.result.createObjectStore(STORE, { autoIncrement: true });
    });
    asked.addEventListener("success", () => resolve(asked.result));
    asked.addEventListener("error", () => reject(asked.error));
  });
}

function done(base, act) {
  return new Promise((resolve, reject) => {
    const transaction = base.transaction(STORE, "readwrite");
    transaction.addEventListener("complete", resolve);
    transaction.addEventListener("abort", () => reject(transaction.error));
    act(transaction.objectStore(STORE));
  });
}
