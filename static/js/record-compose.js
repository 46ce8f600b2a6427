// Screen and camera in one picture: the camera is a circle in the corner. Where the browser hands
// out frames, they are drawn as they come, also while another tab is in front; elsewhere a timer
// draws, which some browsers slow down in the background.

// The diameter of the circle and its distance from the edges, as parts of the height.
const [ROUND, EDGE] = [0.26, 0.035];
const RATE = 15;

/** One video track of two, and how to end it. */
export function compose(screen, camera) {
  const hasFrames = window.MediaStreamTrackProcessor && window.MediaStreamTrackGenerator;
  return hasFrames ? fromFrames(screen, camera) : fromTimer(screen, camera);
}

function fromFrames(screen, camera) {
  const made = new MediaStreamTrackGenerator({ kind: "video" });
  const writer = made.writable.getWriter();
  const behind = new Layer();
  const whole = new Layer();
  const readers = [
    each(screen, async (frame) => behind.fit(frame.displayWidth, frame.displayHeight).copy(frame)),
    // A screen on which nothing moves sends nothing: the camera sets the pace.
    each(camera, async (frame) => {
      if (!behind.isFilled) return;
      const { width, height } = behind.canvas;
      whole.fit(width, height).copy(behind.canvas);
      whole.drawRound(frame, frame.displayWidth, frame.displayHeight);
      const drawn = new VideoFrame(whole.canvas, { timestamp: frame.timestamp });
      await writer.write(drawn).catch(() => drawn.close());
    }),
  ];
  const stop = () => {
    for (const reader of readers) reader.cancel().catch(() => {});
    made.stop();
  };
  return { track: made, stop };
}

/** Hand every frame of a track to `act`; returns what can be cancelled. */
function each(track, act) {
  const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
  const next = async () => {
    for (;;) {
      const { value: frame, done } = await reader.read();
      if (done) return;
      try {
        await act(frame);
      } finally {
        frame.close();
      }
    }
  };
  next();
  return reader;
}

function fromTimer(screen, camera) {
  const whole = new Layer(document.createElement("canvas"));
  const [behind, round] = [screen, camera].map((track) => {
    const video = document.createElement("video");
    video.muted = video.playsInline = true;
    video.srcObject = new MediaStream([track]);
    video.play();
    return video;
  });
  const draw = () => {
    if (!behind.videoWidth || !round.videoWidth) return;
    whole.fit(behind.videoWidth, behind.videoHeight).copy(behind);
    whole.drawRound(round, round.videoWidth, round.videoHeight);
  };
  whole.fit(1280, 720);
  const timer = setInterval(draw, 1000 / RATE);
  const [track] = whole.canvas.captureStream(RATE).getVideoTracks();
  return { track, stop: () => clearInterval(timer) };
}

class Layer {
  isFilled = false;

  constructor(canvas = new OffscreenCanvas(2, 2)) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d", { alpha: false });
  }

  /** As large as what is drawn, in even numbers as video wants them. */
  fit(width, height) {
    const [even, high] = [width, height].map((side) => side - (side % 2));
    if (this.canvas.width !== even) this.canvas.width = even;
    if (this.canvas.height !== high) this.canvas.height = high;
    return this;
  }

  copy(picture) {
    this.pen.drawImage(picture, 0, 0, this.canvas.width, this.canvas.height);
    this.isFilled = true;
  }

  /** The middle of a picture as a circle in the corner. */
  drawRound(picture, width, height) {
    const { pen } = this;
    const round = this.canvas.height * ROUND;
    const distance = this.canvas.height * EDGE + round / 2;
    const [x, y] = [this.canvas.width - distance, this.canvas.height - distance];
    const side = Math.min(width, height);
    pen.save();
    pen.beginPath();
    pen.arc(x, y, round / 2, 0, 2 * Math.PI);
    pen.clip();
    const from = [(width - side) / 2, (height - side) / 2, side, side];
    pen.drawImage(picture, ...from, x - round / 2, y - round / 2, round, round);
    pen.restore();
    pen.lineWidth = round / 40;
    pen.strokeStyle = "#ffffff";
    pen.stroke();
  }
}
