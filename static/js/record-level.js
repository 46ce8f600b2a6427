// How loud it is right now: for the meter, and for the waveform of what is recorded.

const WINDOW = 4096;

export class Level {
  constructor(stream) {
    const [track] = stream.getAudioTracks();
    if (!track) return;
    this.context = new AudioContext();
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = WINDOW;
    this.samples = new Float32Array(WINDOW);
    this.context.createMediaStreamSource(new MediaStream([track])).connect(this.analyser);
  }

  /** The peak of the last tenth of a second, from 0 to 1. */
  read() {
    if (!this.analyser) return 0;
    this.analyser.getFloatTimeDomainData(this.samples);
    return this.samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  }

  close() {
    this.context?.close();
  }
}
