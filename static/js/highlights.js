// CSS Custom Highlight API: words are marked without touching the text they are in.

const supported = "highlights" in CSS;

/** Mark `ranges` under `name`; later names of the stylesheet win by `priority`. */
export function mark(name, ranges, priority = 0) {
  if (!supported) return;
  if (ranges.length === 0) {
    CSS.highlights.delete(name);
    return;
  }
  const highlight = new Highlight(...ranges);
  highlight.priority = priority;
  CSS.highlights.set(name, highlight);
}
