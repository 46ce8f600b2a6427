// Small things that several modules do to the page.

/** Show another icon of the sprite in `holder`. */
export function setIcon(holder, name) {
  const use = holder.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#i-${name}`));
}

/** Tell everybody, ears included, in the one status region of the page. */
export function announce(sentence, kind = "good") {
  const note = document.createElement("p");
  note.className = `note ${kind}`;
  note.textContent = sentence;
  document.getElementById("status").replaceChildren(note);
}

/** Tell ears what eyes see elsewhere on the page; what stands in the status region stays there. */
export function mention(sentence) {
  const note = document.createElement("p");
  note.className = "vh";
  note.textContent = sentence;
  const region = document.getElementById("status");
  region.querySelector(".vh")?.remove();
  region.append(note);
}

/** Say what failed right behind what was chosen, and tell ears; the note is the caller's to remove. */
export function complain(sentence, chosen) {
  const note = document.createElement("p");
  note.className = "note bad";
  note.textContent = sentence;
  chosen.after(note);
  note.scrollIntoView({ block: "nearest" });
  mention(sentence);
  return note;
}

/** The token that every request which changes something must carry. */
export function csrfToken() {
  return document.querySelector("meta[name=csrf-token]").content;
}

/** The id of whoever a page was made for; undefined where nobody is signed in. */
export function viewerOf(page = document) {
  return page.querySelector("meta[name=viewer]")?.content;
}

/** Whether people asked their system for less motion. */
export function wantsLessMotion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** The last index whose value in the sorted list is at most `value`; -1 where there is none. */
export function lastAtMost(list, value) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
