// Captions drawn by us from a hidden text track, so that they look the same everywhere.

const KINDS = ["captions", "subtitles"];

/** The captions of a player: `toggle` switches them; that, and their language, is remembered. */
export function captions(player) {
  const place = player.root.querySelector(".cap");
  const button = player.root.querySelector("[data-do=captions]");
  const choice = player.root.querySelector("[data-captions]");
  const tracks = [...player.media.textTracks].filter((track) => KINDS.includes(track.kind));
  let on = areWanted(player.root);
  let track = remembered(tracks, choice) ?? tracks[choice?.selectedIndex ?? 0];

  const draw = () => {
    place.replaceChildren();
    place.lang = track?.language ?? "";
    for (const cue of (on && track?.activeCues) || []) {
      const line = document.createElement("span");
      line.dir = "auto";
      line.textContent = cue.getCueAsHTML().textContent;
      place.append(line);
    }
  };
  const show = () => {
    button?.setAttribute("aria-pressed", on);
    for (const each of tracks) each.mode = each === track ? "hidden" : "disabled";
    draw();
  };
  for (const each of tracks) each.addEventListener("cuechange", draw);
  choice?.addEventListener("change", () => {
    track = tracks[choice.selectedIndex];
    localStorage.setItem("captions-language", track.language);
    show();
  });
  // Where a phone shows nothing but the picture, it draws the captions itself.
  const drawItself = (isFull) => {
    if (track) track.mode = isFull && on ? "showing" : "hidden";
  };
  player.media.addEventListener("webkitbeginfullscreen", () => drawItself(true));
  player.media.addEventListener("webkitendfullscreen", () => drawItself(false));
  show();
  return {
    toggle() {
      on = !on;
      remember(player.root, on);
      show();
    },
  };
}

/** Whether captions are on at first; `root` says whether whoever is here needs them. */
export function areWanted(root) {
  return areNeeded(root) || localStorage.getItem("captions") !== "off";
}

/** Remember that they were switched on or off. */
export function remember(root, on) {
  if (!areNeeded(root)) localStorage.setItem("captions", on ? "on" : "off");
}

/** Who needs them says so once, for every device; switching them off is then for this page. */
function areNeeded(root) {
  return root.dataset.captions === "on";
}

/** The track in the language that was chosen last, unless the address of the page names one. */
function remembered(tracks, choice) {
  const wanted = localStorage.getItem("captions-language");
  const named = new URLSearchParams(location.search).has("lang");
  const place = tracks.findIndex((track) => track.language === wanted);
  if (!choice || named || place < 0) return null;
  choice.selectedIndex = place;
  return tracks[place];
}
