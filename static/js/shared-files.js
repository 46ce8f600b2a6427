// Files that other apps have shared: the service worker keeps them until somebody has uploaded them
// here or has thrown them away, and for a day at most.
const NAME = "shared";
const STORE = "files";
const DAY_MS = 24 * 60 * 60 * 1000;

/** Keep files until somebody says what is to become of them. */
export async function keepShared(files) {
  const at = Date.now();
  await within((store) => files.forEach((file) => store.add({ file, at })));
}

/** The keys and files of all that is kept; what nobody wanted for a day goes. */
export async function listShared() {
  const found = [];
  await within((store) => {
    store.openCursor().addEventListener("success", ({ target: { result: cursor } }) => {
      if (!cursor) return;
      const { file, at } = cursor.value;
      if (Date.now() - at < DAY_MS) found.push({ key: cursor.key, file });
      else cursor.delete();
      cursor.continue();
    });
  });
  return found;
}

/** Keep these no more. */
export async function forgetShared(keys) {
  await within((store) => keys.forEach((key) => store.delete(key)));
}

async function within(act) {
  const base = await open();
  try {
    await new Promise((resolve, reject) => {
      const transaction = base.transaction(STORE, "readwrite");
      transaction.addEventListener("complete", resolve);
      transaction.addEventListener("abort", () => reject(transaction.error));
      act(transaction.objectStore(STORE));
    });
  } finally {
    base.close();
  }
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
