// The episode page: player, transcript, discussion and keys, put together.
import { captions } from "./captions.js";
import { chapters } from "./chapters.js";
import { openMoment, seekLinks } from "./clip.js";
import { compose } from "./compose.js";
import { deck } from "./deck.js";
import { keys } from "./keys.js";
import { goOn, listening } from "./listening.js";
import { lockScreen } from "./lockscreen.js";
import { Player } from "./player.js";
import { playlists } from "./playlists.js";
import { quality } from "./quality.js";
import { playAtOnce, queue } from "./queue.js";
import { share } from "./share.js";
import { silence } from "./silence.js";
import { tabs } from "./tabs.js";
import { transcript } from "./transcript.js";
import { upkeep } from "./upkeep.js";

export default function episode(root, htmx) {
  const showTab = tabs(root);
  const stage = root.querySelector("[data-player]");
  if (!stage) return;
  const player = new Player(stage);
  const subtitles = captions(player);
  const composer = compose(player, showTab);
  const panel = root.querySelector("[data-transcript]");
  const lists = playlists(root, htmx);
  const text = panel && transcript(panel, player, { compose: composer, lists });
  const outline = chapters(player);
  const openComment = (comment) => {
    showTab("talk");
    comment.tabIndex = -1;
    comment.focus();
  };
  deck(player, { captions: subtitles, outline, silence: silence(player), openComment });
  quality(player);
  upkeep(player);
  seekLinks(player);
  const clip = openMoment(player);
  if (!clip.isNamed) goOn(player);
  listening(player, clip);
  const line = queue(player);
  lockScreen(player, outline, line);
  share(root, player, clip);
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
    ...(line?.next && { N: line.next }),
    ...(line?.previous && { P: line.previous }),
  });
  playAtOnce(player);
}
