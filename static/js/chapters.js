// The chapters: which one is playing, where the next one begins, and what is seen there.
import { lastAtMost } from "./dom.js";
import { drawTiles } from "./storyboard.js";

// Who goes back this soon after a chapter has begun wants the one before it.
const BEGUN_S = 3;

/** Bring the list of chapters to life; returns what keys may ask of it. */
export function chapters(player) {
  const links = [...document.querySelectorAll("[data-chapter]")];
  const starts = links.map((link) => Number(link.dataset.chapter));
  const at = (seconds) => lastAtMost(starts, seconds + 0.02);
  showCurrent(player, links, at);
  showFrames(player, links);
  return {
    hasAny: links.length > 0,
    titleAt: (seconds) => links[at(seconds)]?.querySelector("span").textContent ?? "",
    next() {
      const start = starts[at(player.time) + 1];
      if (start !== undefined) player.seek(start);
    },
    previous() {
      const now = at(player.time);
      const isBegun = now >= 0 && player.time - starts[now] > BEGUN_S;
      const start = starts[isBegun ? now : now - 1];
      if (links.length > 0) player.seek(start ?? 0);
    },
  };
}

function showCurrent(player, links, at) {
  const name = player.root.querySelector(".chap");
  let shown = -1;
  const show = () => {
    const now = at(player.time);
    if (now === shown) return;
    links[shown]?.removeAttribute("aria-current");
    links[now]?.setAttribute("aria-current", "true");
    name.textContent = links[now]?.querySelector("span").textContent ?? "";
    shown = now;
  };
  player.root.addEventListener("tick", show);
  show();
}

/** Draw the picture of each chapter's beginning once somebody can see the list. */
function showFrames(player, links) {
  const places = links
    .map((link) => ({ canvas: link.querySelector("canvas"), seconds: Number(link.dataset.chapter) }))
    .filter(({ canvas }) => canvas);
  if (places.length === 0) return;
  const watcher = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    drawTiles(player.root.dataset.storyboard, places);
  });
  watcher.observe(links[0]);
}
