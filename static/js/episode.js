// The episode page: player, transcript, discussion and keys, put together.
import { captions } from "./captions.js";
import { chapters } from "./chapters.js";
import { openMoment, seekLinks } from "./clip.js";
import { compose } from "./compose.js";
import { deck } from "./deck.js";
import { keys } from "./keys.js";
import { Player } from "./player.js";
import { quality } from "./quality.js";
import { copyAddress } from "./selection.js";
import { tabs } from "./tabs.js";
import { moment } from "./time.js";
import { transcript } from "./transcript.js";
import { upkeep } from "./upkeep.js";

export default function episode(root) {
  const showTab = tabs(root);
  const stage = root.querySelector("[data-player]");
  if (!stage) return;
  const player = new Player(stage);
  const subtitles = captions(player);
  const composer = compose(player, showTab);
  const panel = root.querySelector("[data-transcript]");
  const text = panel && transcript(panel, player, composer);
  deck(player, subtitles);
  quality(player);
  upkeep(player);
  seekLinks(player);
  openMoment(player);
  shareButton(root, player);
  const outline = chapters(player);
  keys(player, subtitles, {
    n: () => outline.next(),
    p: () => outline.previous(),
    t: () => {
      showTab("transcript");
      text?.focusFind();
    },
    q: () => text?.quote(),
    r: () => composer.comment(),
    s: () => root.querySelector("[data-solved]")?.click(),
  });
}

/** Share the episode, from the second that is playing unless that is the beginning. */
function shareButton(root, player) {
  const button = root.querySelector("[data-share]");
  button.hidden = false;
  button.addEventListener("click", () => {
    const query = player.time >= 1 ? moment(Math.floor(player.time)) : "";
    copyAddress(`${location.origin}${location.pathname}${query}`);
  });
}
