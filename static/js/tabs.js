// On narrow screens the episode page shows one section at a time.

/** Connect the tabs; returns the function that shows one by name. */
export function tabs(root) {
  const all = [...root.querySelectorAll("[role=tab]")];
  const show = (name) => {
    root.dataset.tab = name;
    for (const tab of all) {
      const isShown = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", isShown);
      tab.tabIndex = isShown ? 0 : -1;
    }
  };
  all.forEach((tab, index) => {
    tab.addEventListener("click", () => show(tab.dataset.tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = all[(index + step + all.length) % all.length];
      show(next.dataset.tab);
      next.focus();
    });
  });
  show(firstTab());
  return show;
}

function firstTab() {
  if (location.hash.startsWith("#c")) return "talk";
  return new URLSearchParams(location.search).has("t") ? "transcript" : "about";
}
