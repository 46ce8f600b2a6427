// What lock screens, headsets and media keys show and do: the Media Session of the browser.

const JUMP_S = 10;

/** Say what plays, and obey what is pressed elsewhere than on this page. */
export function lockScreen(player, outline, line) {
  if (!("mediaSession" in navigator)) return;
  const { mediaSession } = navigator;
  const { title, author, artwork } = player.root.dataset;
  const images = artwork ? [{ src: artwork }] : [];
  mediaSession.metadata = new MediaMetadata({ title, artist: author, artwork: images });
  const acts = {
    play: () => player.play(),
    pause: () => player.pause(),
    seekbackward: ({ seekOffset }) => player.seek(player.time - (seekOffset ?? JUMP_S)),
    seekforward: ({ seekOffset }) => player.seek(player.time + (seekOffset ?? JUMP_S)),
    seekto: ({ seekTime }) => player.seek(seekTime),
  };
  if (outline.hasAny) {
    acts.previoustrack = () => outline.previous();
    acts.nexttrack = () => outline.next();
  }
  // In a playlist, what is before and after this comes before its chapters.
  if (line?.previous) acts.previoustrack = line.previous;
  if (line?.next) acts.nexttrack = line.next;
  for (const [name, act] of Object.entries(acts)) {
    try {
      mediaSession.setActionHandler(name, act);
    } catch {
      // This browser does not know the act; the others work.
    }
  }
  showPlace(player, mediaSession);
}

function showPlace(player, mediaSession) {
  const { media, duration } = player;
  if (!(duration > 0) || !mediaSession.setPositionState) return;
  const show = () => {
    const { time, duration: whole } = player;
    const place = { duration: whole, playbackRate: media.playbackRate, position: Math.min(time, whole) };
    mediaSession.setPositionState(place);
    mediaSession.playbackState = player.isPlaying ? "playing" : "paused";
  };
  // Between these, whoever shows it counts on.
  for (const name of ["play", "pause", "seeked", "ratechange", "durationchange"]) {
    media.addEventListener(name, show);
  }
}
