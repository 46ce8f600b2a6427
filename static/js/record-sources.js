// Microphone, camera and screen: what is recorded comes from here, or the reason why nothing can.
import { compose } from "./record-compose.js";
import { _ } from "./words.js";

export const NONE = "none";
const SOUND = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
const SHARED = {
  video: { frameRate: { ideal: 15, max: 30 } },
  audio: true,
  systemAudio: "include",
  selfBrowserSurface: "exclude",
};

const INSECURE = _(
  "This page was not opened over HTTPS, so the browser keeps microphone and camera away from it. " +
    "Ask your admins to turn HTTPS on.",
);
const TOO_OLD = _("This browser can't record. A current Chrome, Edge, Firefox or Safari can.");
const REASONS = {
  NotAllowedError: (device) =>
    _(
      "The browser was not allowed to use the %(device)s. Allow it beside the address of this " +
        "page, and in the settings of your system, then choose again.",
      { device },
    ),
  NotFoundError: (device) =>
    _("No %(device)s was found. Plug one in, then choose again.", { device }),
  NotReadableError: (device) =>
    _("The %(device)s can't be used at the moment. Another program may have it.", { device }),
  AbortError: (device) =>
    _("The %(device)s could not be started. Please choose again.", { device }),
};
const OTHERWISE = (device) => _("The %(device)s could not be started.", { device });
const NOT_SHARED = _(
  "No screen was shared, so there is nothing to record. Choose again to share one.",
);
const DEVICES = { microphone: _("microphone"), camera: _("camera") };

/** Why nothing can be recorded here at all; null where something can. */
export function reasonAgainst() {
  if (!isSecureContext) return INSECURE;
  const has = navigator.mediaDevices?.getUserMedia && window.MediaRecorder && window.indexedDB;
  return has ? null : TOO_OLD;
}

/** Whether the screen can be recorded; phones can't. */
export function canShare() {
  return Boolean(navigator.mediaDevices?.getDisplayMedia);
}

export class Sources {
  #shared = null;
  #own = null;
  #mixer = null;
  #composed = null;

  /** `kind` is microphone, camera, screen or screen-camera; `lost` hears when a device goes. */
  constructor(kind, lost) {
    this.kind = kind;
    this.lost = lost;
    this.chosen = { microphone: localStorage.getItem("microphone") ?? "" };
    this.chosen.camera = localStorage.getItem("camera") ?? "";
  }

  get hasScreen() {
    return this.kind.startsWith("screen");
  }

  get hasCamera() {
    return this.kind.endsWith("camera");
  }

  get isPicture() {
    return this.hasScreen || this.hasCamera;
  }

  /** Ask for the devices; fails with an Error whose sentence people understand. */
  async open() {
    // Browsers let a page ask for the screen only right after something was pressed.
    if (this.hasScreen && !this.#shared) this.#shared = await share();
    await this.#openOwn();
    await this.#combine();
  }

  /** Use other devices; the screen that is shared stays. */
  async choose(device, ident) {
    this.chosen[device] = ident;
    localStorage.setItem(device, ident);
    this.#release();
    await this.open();
  }

  /** What there is to choose from, as pairs of id and name. */
  async list(device) {
    const kind = { microphone: "audioinput", camera: "videoinput" }[device];
    const found = await navigator.mediaDevices.enumerateDevices();
    return found
      .filter((one) => one.kind === kind && one.deviceId)
      .map((one) => [one.deviceId, one.label || DEVICES[device]]);
  }

  stop() {
    this.#release();
    stopAll(this.#shared);
    this.#shared = null;
  }

  #release() {
    this.#composed?.stop();
    this.#mixer?.close();
    stopAll(this.#own);
    this.#own = this.#mixer = this.#composed = null;
  }

  async #openOwn() {
    const { microphone, camera } = this.chosen;
    const wishes = {
      audio: this.hasScreen && microphone === NONE ? false : { ...SOUND, ...only(microphone) },
      video: this.hasCamera ? { ...PICTURE, ...only(camera) } : false,
    };
    if (!wishes.audio && !wishes.video) return;
    try {
      this.#own = await getOwn(wishes);
    } catch (error) {
      // A screen may well be shown without a word.
      if (this.kind === "screen") {
        this.chosen.microphone = NONE;
        return;
      }
      this.stop();
      throw reasonOf(error, this.hasCamera ? _("microphone or camera") : DEVICES.microphone);
    }
  }

  async #combine() {
    const picture = this.#picture();
    const sound = this.#sound();
    this.stream = new MediaStream([picture, sound].filter(Boolean));
    this.hasSound = Boolean(sound);
    for (const track of [...tracks(this.#own), ...tracks(this.#shared)]) {
      track.addEventListener("ended", () => this.lost());
    }
  }

  #picture() {
    const [screen] = this.#shared?.getVideoTracks() ?? [];
    const [camera] = this.#own?.getVideoTracks() ?? [];
    if (!screen || !camera) return screen ?? camera;
    this.#composed = compose(screen, camera);
    return this.#composed.track;
  }

  #sound() {
    const voices = [...tracks(this.#own), ...tracks(this.#shared)].filter(
      (track) => track.kind === "audio",
    );
    if (voices.length < 2) return voices[0];
    this.#mixer = new AudioContext();
    const mixed = this.#mixer.createMediaStreamDestination();
    for (const voice of voices) {
      this.#mixer.createMediaStreamSource(new MediaStream([voice])).connect(mixed);
    }
    return mixed.stream.getAudioTracks()[0];
  }
}

async function share() {
  try {
    return await navigator.mediaDevices.getDisplayMedia(SHARED);
  } catch (error) {
    if (error.name === "NotAllowedError") throw new Error(NOT_SHARED);
    throw reasonOf(error, _("screen"));
  }
}

/** The chosen devices, or, where they are not plugged in any more, any others. */
async function getOwn(wishes) {
  try {
    return await navigator.mediaDevices.getUserMedia(wishes);
  } catch (error) {
    if (error.name !== "OverconstrainedError") throw error;
    const any = { audio: wishes.audio && SOUND, video: wishes.video && PICTURE };
    return navigator.mediaDevices.getUserMedia(any);
  }
}

function only(ident) {
  return ident && ident !== NONE ? { deviceId: { exact: ident } } : {};
}

function reasonOf(error, device) {
  const sentence = REASONS[error.name] ?? OTHERWISE;
  return new Error(sentence(device));
}

function tracks(stream) {
  return stream?.getTracks() ?? [];
}

function stopAll(stream) {
  for (const track of tracks(stream)) track.stop();
}
