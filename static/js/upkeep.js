// Keeps a page playing: asks anew when a file is gone, and for better files while some are made.
import { SIGNED_OUT } from "./requests.js";
import { _ } from "./words.js";

const ASK_EVERY_MS = 10_000;
const TRIES = 3;
// A house that is too busy at the moment is asked again a little later each time.
const PAUSE_MS = 1000;
const LOST = _("The connection is lost.");
const TAKEN = _("You can no longer see this episode.");
const UNPLAYABLE = _("This can't be played at the moment.");

/** Watch over what plays; goes on by itself where it can, and says in a sentence where not. */
export function upkeep(player) {
  const { playback, root } = player;
  const address = `/api/v1/episodes/${root.dataset.episode}`;
  const fault = faultOf(root, () => {
    tries = 0;
    mustPlay = true;
    recover();
  });
  let tries = 0;
  let isAsking = false;
  let mustPlay = false;

  const recover = async () => {
    if (isAsking) return;
    tries += 1;
    isAsking = true;
    await new Promise((resolve) => setTimeout(resolve, (tries - 1) * PAUSE_MS));
    const { told, sentence, isOver } = await ask(address);
    isAsking = false;
    if (sentence || tries > TRIES) {
      playback.halt();
      fault.show(sentence ?? UNPLAYABLE, isOver);
    } else {
      fault.hide();
      playback.reopen(told, mustPlay || player.isPlaying);
      mustPlay = false;
    }
  };
  root.addEventListener("failed", recover);
  // Whatever plays on for a while was no failure.
  let reached = 0;
  root.addEventListener("tick", ({ detail: time }) => {
    if (Math.abs(time - reached) < 1 || !player.isPlaying) return;
    reached = time;
    if (player.media.readyState > 2 && !player.media.error) tries = 0;
  });

  const renew = async () => {
    const { told } = document.hidden ? {} : await ask(address);
    if (told) playback.renew(told);
    if (playback.told.more_coming) setTimeout(renew, ASK_EVERY_MS);
  };
  if (playback.told.more_coming) setTimeout(renew, ASK_EVERY_MS);
}

/** What the episode can be played with now, or the sentence that says why nothing can be. */
async function ask(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.status === 404) return { sentence: TAKEN, isOver: true };
  if (answer?.status === 401) return { sentence: SIGNED_OUT };
  if (!answer?.ok) return { sentence: LOST };
  const { media } = await answer.json();
  return media.files.length > 0 ? { told: media } : { sentence: UNPLAYABLE };
}

/** The place over the picture where it says why nothing plays. */
function faultOf(root, tryAgain) {
  const place = root.querySelector("[data-fault]");
  const [words, button] = [place.querySelector("p"), place.querySelector("button")];
  button.addEventListener("click", tryAgain);
  return {
    show(sentence, isOver = false) {
      place.hidden = false;
      words.textContent = sentence;
      button.hidden = isOver;
    },
    hide() {
      place.hidden = true;
      words.textContent = "";
    },
  };
}
