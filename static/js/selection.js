// Selected words can be shared as a clip, added to a playlist, quoted in a comment, or put right.
import { announce } from "./dom.js";
import { isFixing } from "./fix.js";
import { clock, moment } from "./time.js";
import { toolbar } from "./toolbar.js";
import { _ } from "./words.js";

const QUOTE_WHAT = _("Select words of the transcript first, then quote them.");

/** Show the toolbar over a selection inside the transcript; returns what keys may ask of it. */
export function selection(root, body, paragraphs, { compose, fixing, lists }) {
  const bar = root.querySelector(".pop");
  let chosen = null;

  document.addEventListener("selectionchange", () => {
    chosen = read(body, paragraphs);
    bar.hidden = !chosen;
    if (chosen) place(bar, body, chosen.box);
  });
  const acts = {
    share: ({ start, end }) => copyAddress(clipAddress(start, end)),
    quote: ({ text, start }) => compose.quote(text, start),
    playlist: ({ start, end }) => lists.addClip(start, end),
    fix: ({ range }) => fixing.enter(range),
  };
  const act = (name) => {
    if (!chosen) return false;
    const now = chosen;
    getSelection().removeAllRanges();
    acts[name](now);
    return true;
  };
  toolbar(bar, body, {
    act: (button) => act(button.dataset.selected),
    close: () => getSelection().removeAllRanges(),
  });
  body.addEventListener("copy", (event) => {
    if (!chosen) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", credit(root, chosen));
  });
  return {
    quote() {
      if (!act("quote")) announce(QUOTE_WHAT, "bad");
    },
  };
}

/** What is selected of the words, wherever the selection itself begins and ends. */
function read(body, paragraphs) {
  const selected = getSelection();
  if (selected.isCollapsed || selected.rangeCount === 0 || isFixing(body)) return null;
  if (!body.contains(selected.anchorNode)) return null;
  const range = selected.getRangeAt(0);
  const parts = paragraphs
    .filter((paragraph) => range.intersectsNode(paragraph.text))
    .map((paragraph) => ({ paragraph, inside: within(paragraph, range) }))
    .filter(({ inside }) => inside.toString().trim());
  if (parts.length === 0) return null;
  const first = parts[0];
  const last = parts.at(-1);
  return {
    range: first.inside,
    text: parts.map(({ inside }) => inside.toString().trim()).join("\n\n"),
    start: first.paragraph.timeOf(first.inside.startContainer, first.inside.startOffset),
    end: last.paragraph.timeOf(last.inside.endContainer, last.inside.endOffset, true),
    box: range.getBoundingClientRect(),
  };
}

function within(paragraph, range) {
  const inside = document.createRange();
  inside.selectNodeContents(paragraph.text);
  if (paragraph.text.contains(range.startContainer)) {
    inside.setStart(range.startContainer, range.startOffset);
  }
  if (paragraph.text.contains(range.endContainer)) {
    inside.setEnd(range.endContainer, range.endOffset);
  }
  return inside;
}

function place(bar, body, box) {
  const frame = body.getBoundingClientRect();
  const half = bar.offsetWidth / 2;
  const middle = box.left + box.width / 2 - frame.left;
  const left = Math.min(Math.max(middle, half + 8), frame.width - half - 8);
  const above = box.top - frame.top + body.scrollTop - 50;
  bar.style.setProperty("left", `${left}px`);
  // A selection may begin above what is seen of the panel.
  bar.style.setProperty("top", `${Math.max(body.scrollTop + 4, above)}px`);
}

function clipAddress(start, end) {
  return `${location.origin}${location.pathname}${moment(start, end)}`;
}

function credit(root, { text, start, end }) {
  const { author, title } = root.dataset;
  const values = { text, author, title, time: clock(start), address: clipAddress(start, end) };
  return _("%(text)s (%(author)s, “%(title)s”, %(time)s, %(address)s)", values);
}

/** Copy an address; where the clipboard is closed to us, show it to be copied by hand. */
export async function copyAddress(address) {
  try {
    await navigator.clipboard.writeText(address);
    announce(_("The link is copied."));
  } catch {
    announce(_("Copy this link: %(address)s", { address }));
  }
}
