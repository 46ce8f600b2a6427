// Selected words can be shared as a clip, quoted in a comment, or put right.
import { announce } from "./dom.js";
import { isFixing } from "./fix.js";
import { clock, moment } from "./time.js";

/** Show the toolbar over a selection inside the transcript. */
export function selection(root, body, paragraphs, { compose, fixing }) {
  const bar = root.querySelector(".pop");
  let chosen = null;

  document.addEventListener("selectionchange", () => {
    chosen = read(body, paragraphs);
    bar.hidden = !chosen;
    if (chosen) place(bar, body, chosen.box);
  });
  bar.addEventListener("mousedown", (event) => event.preventDefault());
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Escape") getSelection().removeAllRanges();
  });
  bar.addEventListener("click", (event) => {
    const act = event.target.closest("[data-selected]")?.dataset.selected;
    if (!act || !chosen) return;
    const { range } = chosen;
    if (act === "share") share(chosen);
    if (act === "quote") compose.quote(chosen.text, chosen.start);
    getSelection().removeAllRanges();
    if (act === "fix") fixing.enter(range);
  });
  body.addEventListener("copy", (event) => {
    if (!chosen) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", credit(root, chosen));
  });
}

function read(body, paragraphs) {
  const selected = getSelection();
  if (selected.isCollapsed || selected.rangeCount === 0 || isFixing(body)) return null;
  const range = selected.getRangeAt(0);
  const first = holding(paragraphs, range.startContainer);
  const last = holding(paragraphs, range.endContainer);
  const text = selected.toString().trim();
  if (!first || !last || !text || !body.contains(range.commonAncestorContainer)) return null;
  return {
    range: range.cloneRange(),
    text,
    start: first.timeOf(range.startContainer, range.startOffset),
    end: last.timeOf(range.endContainer, range.endOffset, true),
    box: range.getBoundingClientRect(),
  };
}

function holding(paragraphs, node) {
  return paragraphs.find((paragraph) => paragraph.text.contains(node));
}

function place(bar, body, box) {
  const frame = body.getBoundingClientRect();
  const half = bar.offsetWidth / 2;
  const middle = box.left + box.width / 2 - frame.left;
  const left = Math.min(Math.max(middle, half + 8), frame.width - half - 8);
  bar.style.setProperty("left", `${left}px`);
  bar.style.setProperty("top", `${Math.max(4, box.top - frame.top + body.scrollTop - 50)}px`);
}

function clipAddress({ start, end }) {
  return `${location.origin}${location.pathname}${moment(start, end)}`;
}

function credit(root, chosen) {
  const who = root.dataset.author;
  return `${chosen.text} (${who}, ${clock(chosen.start)}, ${clipAddress(chosen)})`;
}

/** Copy an address; where the clipboard is closed to us, show it to be copied by hand. */
export async function copyAddress(address) {
  try {
    await navigator.clipboard.writeText(address);
    announce("The link is copied.");
  } catch {
    announce(`Copy this link: ${address}`);
  }
}

function share(chosen) {
  copyAddress(clipAddress(chosen));
}
