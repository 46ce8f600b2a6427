// The transcript follows the player: the spoken word and line are marked and kept in view.
import { lastAtMost, wantsLessMotion } from "./dom.js";
import { isFixing } from "./fix.js";
import { mark } from "./highlights.js";

const REST_MS = 4000;
const READING_HEIGHT = 0.32;

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

  const isResting = () => performance.now() - state.touched < REST_MS;
  const reveal = (now = false) => {
    const paragraph = paragraphs[state.paragraph];
    const scrolls = body.scrollHeight > body.clientHeight + 1;
    if (!paragraph || !scrolls || (!now && isFixing(body)) || (!now && (!box.checked || isResting()))) return;
    pill.hidden = true;
    const top = paragraph.element.offsetTop - body.clientHeight * READING_HEIGHT;
    body.scrollTo({ top, behavior: wantsLessMotion() ? "auto" : "smooth" });
  };

  const enter = (index) => {
    paragraphs[state.paragraph]?.element.classList.remove("on");
    paragraphs[index]?.element.classList.add("on");
    state.paragraph = index;
    state.word = -1;
    reveal();
  };
  const tick = (seconds) => {
    const index = lastAtMost(starts, seconds + 0.02);
    if (index !== state.paragraph) enter(index);
    if (!pill.hidden && !isResting()) reveal();
    if (index >= 0) markWord(paragraphs[index], seconds, state);
  };
  player.root.addEventListener("tick", (event) => tick(event.detail));

  const suspend = () => {
    state.touched = performance.now();
    if (box.checked && state.paragraph >= 0) pill.hidden = false;
  };
  for (const name of ["wheel", "touchmove", "keydown"]) {
    body.addEventListener(name, suspend, { passive: true });
  }
  pill.addEventListener("click", () => {
    state.touched = -Infinity;
    reveal(true);
  });
  tick(player.time);
  return { suspend };
}

function markWord(paragraph, seconds, state) {
  const word = paragraph.wordAt(seconds);
  if (word === state.word) return;
  state.word = word;
  mark("near", word < 0 ? [] : [paragraph.line(word)]);
  mark("now", word < 0 ? [] : [paragraph.word(word)], 2);
}
