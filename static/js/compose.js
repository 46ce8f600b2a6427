// The comment form of the episode page: a comment may be about the moment that is playing.
import { short } from "./time.js";

/** Keep the form's moment up to date, and let the page quote into it. */
export function compose(player, showTab) {
  const form = () => document.querySelector("[data-compose]");
  document.addEventListener("submit", (event) => keepMoment(event.target, player), true);
  document.addEventListener("htmx:config:request", (event) => {
    const source = event.detail?.ctx?.sourceElement;
    if (source) keepMoment(source, player);
  });

  const open = () => {
    showTab("talk");
    const field = form()?.querySelector("textarea");
    field?.scrollIntoView({ block: "center" });
    field?.focus();
    return field;
  };
  return {
    comment: () => {
      player.pause();
      open();
    },
    // A quote is about the moment at which it was said.
    quote: (text, seconds) => {
      player.pause();
      player.seek(seconds);
      const field = open();
      if (!field) return;
      field.value = `${text.replaceAll(/^/gm, "> ")}\n\n${field.value}`;
      field.form.querySelector("[data-at-now]").checked = true;
    },
  };
}

function keepMoment(form, player) {
  const box = form.querySelector?.("[data-at-now]");
  if (box) box.value = short(player.time);
}
