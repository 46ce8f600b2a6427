// What the studio is doing, and what may come next; it knows of no page and of no device.

const MOVES = {
  idle: { choose: "checking", recover: "review" },
  checking: { back: "idle", start: "counting", lost: "idle" },
  counting: { begin: "recording", cancel: "checking", halt: "paused", lost: "review" },
  recording: { pause: "paused", retake: "counting", stop: "review", lost: "review" },
  paused: { resume: "recording", retake: "counting", stop: "review", lost: "review" },
  review: { discard: "idle", save: "sending" },
  sending: { refused: "review", saved: "done" },
  done: {},
};

export class Machine extends EventTarget {
  state = "idle";

  /** Whether something can happen now. */
  may(event) {
    return event in MOVES[this.state];
  }

  /** Let it happen; false, and nothing else, where it can't: a button may be pressed twice. */
  go(event) {
    if (!this.may(event)) return false;
    const from = this.state;
    this.state = MOVES[from][event];
    this.dispatchEvent(new CustomEvent("moved", { detail: { from, event } }));
    return true;
  }

  /** Whether something would be lost if the page went now. */
  get isLive() {
    return ["counting", "recording", "paused", "sending"].includes(this.state);
  }
}
