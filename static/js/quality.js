// The choice of a size, or of the sound alone. A <select>: every browser has a good way to open it.

/** Offer what there is to choose from, and say what is on the screen. */
export function quality(player) {
  const { playback, root } = player;
  const place = root.querySelector("[data-quality]");
  const select = place.querySelector("select");
  const show = () => {
    const found = playback.choices;
    place.hidden = found.length < 2;
    fill(select, found);
    select.value = playback.choice;
  };
  select.addEventListener("change", () => playback.choose(select.value));
  root.addEventListener("sources", show);
  show();
}

/** Change no more than what differs: an open list stays open. */
function fill(select, found) {
  found.forEach(([name, words], place) => {
    const option = select.options[place] ?? select.appendChild(new Option());
    if (option.value !== name) option.value = name;
    if (option.textContent !== words) option.textContent = words;
  });
  while (select.options.length > found.length) select.options[found.length].remove();
}
