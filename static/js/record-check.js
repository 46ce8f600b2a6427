// The device check: what is seen and heard before it counts, and three seconds to try it.
import { NONE, Sources } from "./record-sources.js";
import { Level } from "./record-level.js";
import { typeFor } from "./record-recorder.js";
import { _, n_ } from "./words.js";

const TRIED_MS = 3000;
const LOUD = 0.02;
const QUIET_MS = 4000;
const SENTENCES = {
  heard: _("We can hear you."),
  quiet: _("We can't hear you yet. Say something, or choose another microphone."),
  silent: _("Nothing will be heard: no microphone is chosen."),
};

export class Check {
  constructor(studio, live) {
    this.studio = studio;
    this.live = live;
    this.root = studio.root;
    for (const field of this.root.querySelectorAll("[data-device] select")) {
      field.addEventListener("change", () => this.#change(field.id, field.value));
    }
    studio.machine.addEventListener("moved", () => this.#moved());
  }

  /** Ask for what is to be recorded, and show it. */
  async choose(kind) {
    if (this.isAsking || !this.studio.machine.may("choose")) return;
    this.isAsking = true;
    const sources = new Sources(kind, () => this.#lost());
    try {
      await sources.open();
      this.studio.sources = sources;
      this.studio.machine.go("choose");
      await this.#show();
    } catch (error) {
      this.studio.fail(error.message);
    } finally {
      this.isAsking = false;
    }
  }

  back() {
    if (this.studio.machine.go("back")) this.#leave();
  }

  /** Record three seconds for nobody, and play them back. */
  async tryOut() {
    const { stream, isPicture } = this.studio.sources;
    const button = this.root.querySelector("[data-do=tryOut]");
    button.disabled = true;
    const parts = [];
    const media = new MediaRecorder(stream, { mimeType: typeFor(isPicture) });
    media.addEventListener("dataavailable", ({ data }) => parts.push(data));
    const ended = new Promise((resolve) => media.addEventListener("stop", resolve));
    media.start();
    this.#say(
      n_(
        "Say something: recording for %(num)s second.",
        "Say something: recording for %(num)s seconds.",
        TRIED_MS / 1000,
      ),
    );
    setTimeout(() => media.state !== "inactive" && media.stop(), TRIED_MS);
    await ended;
    if (this.studio.machine.state === "checking") await this.#playBack(parts);
    button.disabled = false;
  }

  async #playBack(parts) {
    const view = this.root.querySelector("[data-view]");
    const address = URL.createObjectURL(new Blob(parts));
    this.isTrying = true;
    this.#say(_("This is how it sounds."));
    view.srcObject = null;
    view.src = address;
    view.muted = false;
    const over = new Promise((resolve) => {
      view.onended = view.onerror = resolve;
    });
    this.endTrying = () => view.onended?.();
    await view.play().catch(() => view.onended());
    await over;
    URL.revokeObjectURL(address);
    view.onended = view.onerror = null;
    view.removeAttribute("src");
    this.isTrying = false;
    this.#look();
  }

  async #change(device, ident) {
    this.live.leaveLevel();
    try {
      await this.studio.sources.choose(device, ident);
      await this.#show();
    } catch (error) {
      if (this.studio.machine.go("back")) this.#leave();
      this.studio.fail(error.message);
    }
  }

  async #show() {
    const { sources } = this.studio;
    this.live.listenTo(new Level(sources.stream));
    this.heardAt = null;
    this.since = performance.now();
    this.#look();
    await this.#list("microphone", sources.hasScreen);
    await this.#list("camera", false);
    this.root.querySelector("[data-device=camera]").hidden = !sources.hasCamera;
    const watch = () => {
      if (this.studio.machine.state !== "checking") return;
      this.#hear();
      requestAnimationFrame(watch);
    };
    watch();
  }

  #look() {
    const { stream, isPicture } = this.studio.sources;
    const view = this.root.querySelector("[data-view]");
    view.muted = true;
    view.hidden = !isPicture;
    view.srcObject = isPicture ? stream : null;
    if (isPicture) view.play().catch(() => {});
    view.closest(".player").classList.toggle("voice", !isPicture);
  }

  async #list(device, mayBeNone) {
    const field = this.root.querySelector(`#${device}`);
    const found = await this.studio.sources.list(device);
    const all = mayBeNone ? [...found, [NONE, _("No microphone")]] : found;
    field.replaceChildren(...all.map(([ident, name]) => new Option(name, ident)));
    const chosen = this.studio.sources.chosen[device];
    if (all.some(([ident]) => ident === chosen)) field.value = chosen;
  }

  #hear() {
    const now = performance.now();
    if (this.live.loudness > LOUD) this.heardAt = now;
    if (this.isTrying) return;
    const isHeard = this.heardAt !== null && now - this.heardAt < QUIET_MS;
    const isQuiet = now - this.since > QUIET_MS;
    if (!this.studio.sources.hasSound) this.#say(SENTENCES.silent);
    else if (isHeard) this.#say(SENTENCES.heard);
    else if (isQuiet) this.#say(SENTENCES.quiet);
    else this.#say(_("Say something: can we hear you?"));
  }

  #say(sentence) {
    const line = this.root.querySelector("[data-heard]");
    if (line.textContent !== sentence) line.textContent = sentence;
  }

  #lost() {
    if (this.studio.machine.state === "checking") this.#leave();
    if (this.studio.machine.state === "counting" && !this.studio.take) this.#leave();
    this.live.lost();
  }

  #moved() {
    if (this.isTrying) this.endTrying();
    const { state } = this.studio.machine;
    if (["counting", "recording", "paused"].includes(state)) this.#say(_("Microphone"));
  }

  #leave() {
    this.live.leaveLevel();
    this.studio.sources.stop();
  }
}
