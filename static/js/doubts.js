// Words of a line that the recogniser was unsure of, until somebody has looked at them.

const originals = new WeakMap();
const sure = new WeakSet();

/** The words under `root` that nobody has looked at yet, in order. */
export function doubts(root) {
  return [...root.querySelectorAll(".ln .lo, .ln .mid")]
    .concat(root.matches(".ln") ? [...root.querySelectorAll(".lo, .mid")] : [])
    .filter((word) => word.textContent.trim());
}

/** The unsure word in which a selection begins. */
export function doubtAt(selected) {
  const { anchorNode } = selected;
  const element = anchorNode?.nodeType === Node.TEXT_NODE ? anchorNode.parentElement : anchorNode;
  return element?.closest?.(".lo, .mid") ?? null;
}

/** Remember what a word said, to see whether somebody changes it. */
export function remember(root) {
  for (const word of doubts(root)) originals.set(word, word.textContent);
}

/** Whether somebody has typed into a word. */
export function isTouched(word) {
  return originals.get(word) !== word.textContent;
}

/** Nobody needs to look at a word again; `isRight` when it was right as it stood. */
export function settle(word, isRight = true) {
  word.classList.remove("lo", "mid");
  word.removeAttribute("title");
  if (isRight) sure.add(word);
}

/** The positions of the words of a line that somebody found right as they stood. */
export function confirmed(line) {
  const positions = [];
  let passed = 0;
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  let before = "";
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    // A word begins here unless the text before it ended in the middle of one.
    const goesOn = before && !/\s$/.test(before) && !/^\s/.test(node.data);
    const count = node.data.split(/\s+/).filter(Boolean).length;
    const first = passed - (goesOn && count ? 1 : 0);
    if (sure.has(node.parentElement) && !isTouched(node.parentElement)) {
      for (let n = 0; n < count; n += 1) positions.push(first + n);
    }
    passed = first + count;
    before += node.data;
  }
  return [...new Set(positions)];
}
