// The scans that the server does not have yet, each under a key of its own in this browser: pages of one count that are open side by side
// neither overwrite nor remove what another has put aside.

export class Unsent {
  constructor(name) {
    this.name = name;
    this.failed = false;
  }

  // All that is put aside, by this page or another, in the order of the scans.
  read() {
    try {
      this.#divide();
      const found = Object.keys(localStorage).filter((key) => key.startsWith(`${this.name}/`)).map(read).filter((scan) => scan?.key);
      return found.sort((one, other) => `${one.at}`.localeCompare(`${other.at}`) || (one.turn ?? 0) - (other.turn ?? 0));
    } catch {
      return [];
    }
  }

  keep(scan) {
    try {
      localStorage.setItem(this.#keyOf(scan), JSON.stringify(scan));
    } catch {
      this.failed = true;
    }
  }

  // Once it is answered; not if something was said of it since that the server has not heard.
  forget(scan) {
    try {
      if (localStorage.getItem(this.#keyOf(scan)) === JSON.stringify(scan)) localStorage.removeItem(this.#keyOf(scan));
    } catch {
      this.failed = true;
    }
  }

  #keyOf(scan) {
    return `${this.name}/${scan.key}`;
  }

  // A page of an earlier version kept all its scans under one key.
  #divide() {
    const together = read(this.name);
    if (!Array.isArray(together)) return;
    for (const scan of together) localStorage.setItem(this.#keyOf(scan), JSON.stringify(scan));
    localStorage.removeItem(this.name);
  }
}

// What stands under the key; null where that is nothing that was put aside here.
function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}
