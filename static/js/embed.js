// The player alone, in a frame of another site: no transcript, no discussion, no keys.
import { captions } from "./captions.js";
import { chapters } from "./chapters.js";
import { openMoment } from "./clip.js";
import { deck } from "./deck.js";
import { lockScreen } from "./lockscreen.js";
import { Player } from "./player.js";
import { quality } from "./quality.js";
import { silence } from "./silence.js";
import { upkeep } from "./upkeep.js";

export default function embed(root) {
  const stage = root.querySelector("[data-player]");
  if (!stage) return;
  const player = new Player(stage);
  const outline = chapters(player);
  deck(player, { captions: captions(player), outline, silence: silence(player) });
  quality(player);
  upkeep(player);
  openMoment(player);
  lockScreen(player, outline);
}
