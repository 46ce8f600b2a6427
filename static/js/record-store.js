// What was recorded in this browser, slice by slice, until it has become an episode: what is
// written here survives a crash of the browser and of the machine.

const DATABASE = "studio";
const [TAKES, SLICES] = ["takes", "slices"];
const STRICT = { durability: "strict" };

/** Open what this browser keeps; fails where it keeps nothing. */
export async function openStore() {
  const asked = indexedDB.open(DATABASE, 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore(TAKES, { keyPath: "id" });
    asked.result.createObjectStore(SLICES, { keyPath: ["id", "number"] });
  };
  return new Store(await answer(asked));
}

class Store {
  constructor(database) {
    this.database = database;
  }

  /** Keep what is known of a take. */
  async put(take) {
    await this.#write((takes) => takes.put(take));
  }

  /** Keep the next slice of a take. */
  async add(slice) {
    await this.#write((_takes, slices) => slices.put(slice));
  }

  /** Keep what is known of a take, and none of its slices from this one on. */
  async cut(take, number) {
    await this.#write((takes, slices) => {
      slices.delete(range(take.id, number));
      takes.put(take);
    });
  }

  /** Keep nothing of a take. */
  async remove(id) {
    await this.#write((takes, slices) => {
      takes.delete(id);
      slices.delete(range(id));
    });
  }

  /** All takes, of everybody who has signed in here. */
  async takes() {
    return answer(this.database.transaction(TAKES).objectStore(TAKES).getAll());
  }

  /** The slices of a take from one to another, both included, in order. */
  async slices(id, first = 0, last = Infinity) {
    const stored = this.database.transaction(SLICES).objectStore(SLICES);
    return answer(stored.getAll(range(id, first, last)));
  }

  async #write(change) {
    const transaction = this.database.transaction([TAKES, SLICES], "readwrite", STRICT);
    change(transaction.objectStore(TAKES), transaction.objectStore(SLICES));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
  }
}

function range(id, first = 0, last = Infinity) {
  return IDBKeyRange.bound([id, first], [id, last]);
}

function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
