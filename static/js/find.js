// Find in this transcript: hits are marked in the text and ticked on the waveform.
import { mark } from "./highlights.js";

// What bars at the edges of the window may cover.
const MARGIN = 90;
const MARKS = /\p{M}/gu;
const APOSTROPHES = /[‘’ʼ]/;
const QUOTES = /[“”„«»]/;

/** Connect the find field; opening the page from a search fills it in. */
export function find(root, body, paragraphs, { player, suspend }) {
  const field = root.querySelector(".seek-in input");
  const place = root.querySelector(".hits output");
  const [previous, next] = root.querySelectorAll(".hits button");
  let hits = [];
  let current = 0;

  const show = () => {
    const { length } = hits;
    if (!field.value.trim()) place.textContent = "";
    else place.textContent = length ? `${current + 1}/${length}` : "0";
    mark("found", length ? [hits[current].range] : [], 1);
    if (length) reveal(body, hits[current].range);
  };
  const paint = () => {
    mark(
      "find",
      hits.map((hit) => hit.range),
    );
    ticks(player, hits);
    suspend();
  };
  const search = () => {
    hits = occurrences(paragraphs, field.value);
    current = 0;
    paint();
    show();
  };
  const move = (step) => {
    if (hits.length === 0) return;
    current = (current + step + hits.length) % hits.length;
    suspend();
    show();
  };
  field.addEventListener("input", search);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    move(event.shiftKey ? -1 : 1);
  });
  previous.addEventListener("click", () => move(-1));
  next.addEventListener("click", () => move(1));

  const asked = new URLSearchParams(location.search);
  const words = (asked.get("find") ?? asked.get("q") ?? "").replaceAll(/["“”]/g, "").trim();
  if (!words) return;
  hits = wordsOf(words, paragraphs);
  if (hits.length === 0) return;
  field.value = words;
  const start = Number(asked.get("t"));
  current = Math.max(0, hits.findIndex((hit) => hit.seconds >= start - 0.1));
  paint();
  show();
}

/** Where a question is answered: all of its words in a row, else each of them. */
function wordsOf(question, paragraphs) {
  const phrase = occurrences(paragraphs, question);
  if (phrase.length > 0) return phrase;
  const words = question.match(/[\p{L}\p{N}]{3,}/gu) ?? [];
  const found = words.flatMap((word) => occurrences(paragraphs, word));
  return found.sort((one, other) => one.seconds - other.seconds);
}

function occurrences(paragraphs, question) {
  const wanted = fold(question.trim()).text;
  if (!wanted) return [];
  return paragraphs.flatMap((paragraph) => {
    const { text, places } = fold(paragraph.text.textContent);
    const found = [];
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
      const range = paragraph.range(places[at], places[at + wanted.length - 1] + 1);
      const seconds = paragraph.timeOf(range.startContainer, range.startOffset);
      found.push({ range, seconds });
    }
    return found;
  });
}

/** Text as people type it who look for something: without case, accents and kinds of quotes, with
 *  single blanks; and from which place of the text each character of that has come. */
function fold(text) {
  let folded = "";
  const places = [];
  for (let at = 0; at < text.length; at += 1) {
    let plain = text[at].normalize("NFD").replaceAll(MARKS, "").toLowerCase();
    if (APOSTROPHES.test(plain)) plain = "'";
    if (QUOTES.test(plain)) plain = '"';
    if (/\s/.test(plain)) plain = folded.endsWith(" ") ? "" : " ";
    for (const unit of plain.split("")) {
      folded += unit;
      places.push(at);
    }
  }
  return { text: folded, places };
}

function reveal(body, range) {
  const hit = range.getBoundingClientRect();
  if (body.scrollHeight > body.clientHeight + 1) {
    const top = body.scrollTop + hit.top - body.getBoundingClientRect().top;
    body.scrollTo({ top: top - body.clientHeight / 3 });
  } else if (hit.top < MARGIN || hit.bottom > innerHeight - MARGIN) {
    range.startContainer.parentElement.scrollIntoView({ block: "center" });
  }
}

function ticks(player, hits) {
  const layer = player.root.querySelector("[data-ticks]");
  const made = hits.map((hit) => {
    const tick = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    tick.setAttribute("x", (hit.seconds / player.duration) * 1000 - 1.5);
    tick.setAttribute("width", 3);
    tick.setAttribute("y", 0);
    tick.setAttribute("height", 54);
    return tick;
  });
  layer.replaceChildren(...made);
}
