// The transcript follows the player: the spoken word and line are marked and kept in view.
import { lastAtMost, wantsLessMotion } from "./dom.js";
import { isFixing } from "./fix.js";
import { mark } from "./highlights.js";

const REST_MS = 4000;
// How far down the panel the spoken paragraph stands, and down the page below the player.
const READING_HEIGHT = 0.32;
const PAGE_HEIGHT = 0.2;

/** Follow along until somebody reads elsewhere; goes on after a while, or on request. */
export function follow(root, body, paragraphs, player) {
  const box = root.querySelector("[data-follow]");
  const pill = root.querySelector("[data-jump]");
  const starts = paragraphs.map((paragraph) => paragraph.start);
  const state = { paragraph: -1, word: -1, touched: -Infinity };

  box.checked = localStorage.getItem("follow") !== "off";
  box.addEventListener("change", () => {
    localStorage.setItem("follow", box.checked ? "on" : "off");
    state.touched = -Infinity;
    reveal(true);
  });

  const isReading = () => performance.now() - state.touched < REST_MS || hasSelection(body);
  // On narrow screens the panel is a part of the page: that moves while something plays, and only
  // then.
  const mayMove = () =>
    box.checked && !isReading() && !isFixing(body) && (isScroller(body) || player.isPlaying);
  const reveal = (now = false) => {
    const element = paragraphs[state.paragraph]?.element;
    if (!element?.offsetParent || !(now || mayMove())) return;
    pill.hidden = true;
    scrollTo(element, body, player);
  };

  const offer = () => {
    if (box.checked && state.paragraph >= 0) pill.hidden = false;
  };

  const enter = (index) => {
    paragraphs[state.paragraph]?.element.classList.remove("on");
    paragraphs[index]?.element.classList.add("on");
    state.paragraph = index;
    state.word = -1;
    if (isReading()) offer();
    reveal();
  };
  const tick = (seconds) => {
    const index = lastAtMost(starts, seconds + 0.02);
    if (index !== state.paragraph) enter(index);
    if (!pill.hidden && !isReading()) reveal();
    if (index >= 0) markWord(paragraphs[index], seconds, state);
  };
  player.root.addEventListener("tick", (event) => tick(event.detail));

  const suspend = () => {
    state.touched = performance.now();
    offer();
  };
  onReading(body, suspend);
  pill.addEventListener("click", () => {
    state.touched = -Infinity;
    getSelection().removeAllRanges();
    reveal(true);
  });
  tick(player.time);
  return { suspend };
}

/** Call `act` whenever somebody reads where they like: turns a wheel, drags, presses, selects. */
function onReading(body, act) {
  for (const name of ["wheel", "touchmove", "keydown"]) {
    const heard = ({ target }) => {
      if (body.contains(target) || (!isScroller(body) && name !== "keydown")) act();
    };
    document.addEventListener(name, heard, { passive: true });
  }
  body.addEventListener("pointerdown", (event) => {
    if (event.target === body && event.offsetX >= body.clientWidth) act();
  });
  document.addEventListener("selectionchange", () => {
    if (hasSelection(body)) act();
  });
}

/** Whether the panel scrolls by itself, and not with the page. */
function isScroller(body) {
  return getComputedStyle(body).overflowY !== "visible";
}

function hasSelection(body) {
  const selected = getSelection();
  return !selected.isCollapsed && body.contains(selected.anchorNode);
}

function scrollTo(element, body, player) {
  const behavior = wantsLessMotion() ? "auto" : "smooth";
  if (isScroller(body)) {
    body.scrollTo({ top: element.offsetTop - body.clientHeight * READING_HEIGHT, behavior });
    return;
  }
  const free = Math.max(0, player.root.getBoundingClientRect().bottom);
  const wanted = free + (innerHeight - free) * PAGE_HEIGHT;
  scrollBy({ top: element.getBoundingClientRect().top - wanted, behavior });
}

function markWord(paragraph, seconds, state) {
  const word = paragraph.wordAt(seconds);
  if (word === state.word) return;
  state.word = word;
  mark("near", word < 0 ? [] : [paragraph.line(word)]);
  mark("now", word < 0 ? [] : [paragraph.word(word)], 2);
}
