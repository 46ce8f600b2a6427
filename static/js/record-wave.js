// Loudness as bars, for the eye.

/** The path of at most so many bars in a picture of that size; quiet ones are dashes. */
export function wavePath(peaks, { most, width, height, loudest }) {
  const bars = Math.min(most, peaks.length);
  const step = width / bars;
  let path = "";
  for (let bar = 0; bar < bars; bar += 1) {
    const [from, to] = [bar, bar + 1].map((one) => Math.floor((one * peaks.length) / bars));
    const peak = Math.min(1, Math.max(...peaks.slice(from, to)) / loudest);
    const high = Math.max(3, peak * height);
    const [x, y] = [bar * step + step * 0.2, (height - high) / 2];
    const wide = (step * 0.6).toFixed(1);
    path += `M${x.toFixed(1)} ${y.toFixed(1)}h${wide}v${high.toFixed(1)}h-${wide}z`;
  }
  return path;
}
