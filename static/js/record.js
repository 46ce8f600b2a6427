// The studio: record microphone, camera or screen, look at it, describe it, publish it.
// What happens when is decided by the machine; this module carries it out.
import { announce } from "./dom.js";
import { Check } from "./record-check.js";
import { Live } from "./record-live.js";
import { Machine } from "./record-state.js";
import { Review } from "./record-review.js";
import { canShare, reasonAgainst } from "./record-sources.js";
import { openStore } from "./record-store.js";
import { Unfinished } from "./record-unfinished.js";
import { isShortcut } from "./shortcuts.js";
import { _ } from "./words.js";

const KEPT_NOWHERE = _(
  "This browser keeps nothing for this page, so that a recording would be lost with the page. " +
    "It may be a private window, or its disk is full.",
);
const KEYS = {
  recording: { p: "pause", m: "mark" },
  paused: { p: "resume" },
  review: { " ": "play", k: "play", "[": "setStart", "]": "setEnd" },
};

export default async function record(root) {
  const reason = reasonAgainst();
  const store = reason ? null : await openStore().catch(() => null);
  if (!store) return refuse(root, reason ?? KEPT_NOWHERE);
  const machine = new Machine();
  const studio = { root, store, machine, owner: root.dataset.owner, take: null, sender: null };
  studio.fail = (sentence) => complain(root, sentence);
  const live = new Live(studio);
  const check = new Check(studio, live);
  const review = new Review(studio);
  const unfinished = new Unfinished(studio, review);
  showSteps(root, machine);
  listen(root, machine, { live, check, review });
  machine.addEventListener("moved", () => complain(root, ""));
  if (!canShare()) hideScreens(root);
  addEventListener("beforeunload", (event) => {
    if (machine.isLive) event.preventDefault();
  });
  // Whoever is quicker than this script waits a moment.
  for (const button of root.querySelectorAll("[data-kind]")) button.disabled = false;
  await unfinished.list();
}

function refuse(root, sentence) {
  root.querySelector("[data-kinds]").hidden = true;
  complain(root, sentence);
}

function complain(root, sentence) {
  const note = root.querySelector("[data-reason]");
  note.hidden = !sentence;
  note.textContent = sentence;
}

function hideScreens(root) {
  for (const button of root.querySelectorAll("[data-kind^=screen]")) {
    button.parentElement.hidden = true;
  }
  root.querySelector("[data-no-screen]").hidden = false;
}

/** Show what belongs to the state, and move the keyboard there when what it was at has gone. */
function showSteps(root, machine) {
  const show = () => {
    root.dataset.state = machine.state;
    const focused = document.activeElement;
    for (const part of root.querySelectorAll("[data-step]")) {
      part.hidden = !part.dataset.step.split(" ").includes(machine.state);
    }
    if (focused === document.body || root.contains(focused)) focusOn(root, focused);
  };
  machine.addEventListener("moved", show);
}

function focusOn(root, focused) {
  if (focused !== document.body && focused.checkVisibility()) return;
  const acts = [...root.querySelectorAll(".acts .btn:not(.danger), .ctl .play")];
  (acts.find((one) => one.checkVisibility()) ?? root.querySelector("h1")).focus();
}

function listen(root, machine, { live, check, review }) {
  const acts = {
    start: () => live.count("start"),
    back: () => check.back(),
    tryOut: () => check.tryOut(),
    now: () => live.begin(),
    cancel: () => live.cancel(),
    pause: () => live.pause(),
    resume: () => live.resume(),
    mark: () => live.mark(),
    retake: () => live.retake(),
    stop: () => live.stop(),
    play: () => review.toggle(),
    setStart: () => review.setEnd("start"),
    setEnd: () => review.setEnd("end"),
    discard: () => review.discard(),
  };
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) acts[button.dataset.do]();
    const kind = event.target.closest("[data-kind]")?.dataset.kind;
    if (kind) check.choose(kind);
  });
  addEventListener("keydown", (event) => {
    const act = KEYS[machine.state]?.[event.key];
    if (!act || !isShortcut(event) || event.repeat) return;
    if (event.key === " " && event.target.closest("button, a, summary, input, label")) return;
    event.preventDefault();
    acts[act]();
  });
  machine.addEventListener("moved", ({ detail }) => {
    if (detail.event !== "lost") return;
    const isKept = machine.state === "review";
    const kept = _("A device has gone. What was recorded is kept.");
    announce(isKept ? kept : _("A device has gone."), "bad");
  });
}
