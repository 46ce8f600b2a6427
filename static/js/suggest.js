// Clips are proposed below the search field while somebody types: a combobox (ARIA 1.2), which
// without script is a plain field. htmx fetches what is proposed; the keys stay in the field.

/** Make the search field of the page, where it has one, a combobox. */
export function suggest() {
  const field = document.querySelector(".find input");
  if (field) new Combobox(field, document.getElementById("suggestions"));
}

class Combobox {
  #field;
  #list;
  #active = -1;
  // Escape answers for what is typed: what comes late for it stays closed.
  #isWanted = false;

  constructor(field, list) {
    this.#field = field;
    this.#list = list;
    const roles = { "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" };
    for (const [name, value] of Object.entries({ role: "combobox", ...roles })) {
      field.setAttribute(name, value);
    }
    field.addEventListener("input", () => {
      this.#isWanted = true;
      this.#mark(-1);
    });
    field.addEventListener("keydown", (event) => this.#press(event));
    field.addEventListener("blur", () => this.#close());
    // The focus stays in the field, so that the list is still there when the button is let go.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    new MutationObserver(() => this.#show()).observe(list, { childList: true });
    addEventListener("pagehide", () => this.#close());
  }

  get #options() {
    return [...this.#list.querySelectorAll("[role=option]")];
  }

  get #isOpen() {
    return this.#field.getAttribute("aria-expanded") === "true";
  }

  /** What is proposed has changed. */
  #show() {
    this.#mark(-1);
    this.#open(this.#isWanted && document.activeElement === this.#field);
  }

  #open(isOpen) {
    this.#field.setAttribute("aria-expanded", String(isOpen && this.#options.length > 0));
  }

  #close() {
    this.#isWanted = false;
    this.#mark(-1);
    this.#open(false);
  }

  #press(event) {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const act = {
      ArrowDown: () => this.#move(1),
      ArrowUp: () => this.#move(-1),
      Enter: () => this.#follow(),
      Escape: () => this.#dismiss(),
    }[event.key];
    if (!act?.()) return;
    event.preventDefault();
    // Nothing else that listens to this key is meant.
    event.stopPropagation();
  }

  /** Go on by one, over the field itself at either end; whether there is anything to go to. */
  #move(step) {
    const count = this.#options.length;
    if (!count) return false;
    this.#open(true);
    const places = count + 1;
    this.#mark(((this.#active + 1 + step + places) % places) - 1);
    return true;
  }

  #mark(active) {
    this.#active = active;
    const options = this.#options;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === active)));
    options[active]?.scrollIntoView({ block: "nearest" });
    if (options[active]) this.#field.setAttribute("aria-activedescendant", options[active].id);
    else this.#field.removeAttribute("aria-activedescendant");
  }

  #follow() {
    const chosen = this.#isOpen && this.#options[this.#active];
    if (chosen) chosen.click();
    return Boolean(chosen);
  }

  #dismiss() {
    const wasOpen = this.#isOpen;
    this.#close();
    return wasOpen;
  }
}
