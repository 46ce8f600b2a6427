// Captions drawn by us from the hidden text track, so that they look the same everywhere.

/** The captions of a player: `toggle` switches them, the choice is remembered. */
export function captions(player) {
  const place = player.root.querySelector(".cap");
  const button = player.root.querySelector("[data-do=captions]");
  const track = [...player.media.textTracks].find((candidate) => candidate.kind === "captions");
  let on = localStorage.getItem("captions") !== "off";

  const draw = () => {
    place.replaceChildren();
    for (const cue of (on && track?.activeCues) || []) {
      const line = document.createElement("span");
      line.textContent = cue.getCueAsHTML().textContent;
      place.append(line);
    }
  };
  const show = () => {
    button?.setAttribute("aria-pressed", on);
    draw();
  };
  if (track) {
    track.mode = "hidden";
    track.addEventListener("cuechange", draw);
  }
  show();
  return {
    toggle() {
      on = !on;
      localStorage.setItem("captions", on ? "on" : "off");
      show();
    },
  };
}
