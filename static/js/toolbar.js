// A toolbar that appears beside what it is about: one stop of Tab, arrows inside, Esc closes.

/** Bring `bar` to life; while it is shown, Tab leads from `home` into it, and Esc back. */
export function toolbar(bar, home, { act, close }) {
  const buttons = [...bar.querySelectorAll("button")];
  const focus = (index) => {
    const wanted = buttons.at(index % buttons.length);
    for (const button of buttons) button.tabIndex = button === wanted ? 0 : -1;
    wanted.focus();
  };
  const leave = () => {
    const wasInside = bar.contains(document.activeElement);
    close();
    if (wasInside) home.focus({ preventScroll: true });
  };
  const moves = {
    ArrowRight: (now) => focus(now + 1),
    ArrowLeft: (now) => focus(now - 1),
    Home: () => focus(0),
    End: () => focus(-1),
  };

  // Pressing a button must not take the selection away that it is about.
  bar.addEventListener("pointerdown", (event) => event.preventDefault());
  bar.addEventListener("mousedown", (event) => event.preventDefault());
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const wasInside = bar.contains(document.activeElement);
    act(button);
    if (wasInside && document.activeElement === document.body) home.focus({ preventScroll: true });
  });
  bar.addEventListener("keydown", (event) => {
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move(buttons.indexOf(document.activeElement));
  });
  document.addEventListener("keydown", (event) => {
    if (bar.hidden) return;
    const isHome = event.target === document.body || home.contains(event.target);
    if (event.key === "Escape" && isHome) leave();
    if (event.key !== "Tab" || event.shiftKey || !isHome || bar.contains(event.target)) return;
    event.preventDefault();
    focus(0);
  });
}
