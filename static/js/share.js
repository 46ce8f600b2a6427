// The share dialog: a link to the whole, to the second that plays or to the clip, and its QR code.
import { announce } from "./dom.js";
import { clock, moment } from "./time.js";
import { _ } from "./words.js";

/** Connect the button and its dialog. */
export function share(root, player, clip) {
  const dialog = document.getElementById("share");
  const opener = root.querySelector("[data-share]");
  const field = dialog.querySelector("[data-link]");
  const picture = Object.assign(new Image(176, 176), { alt: _("The link as a QR code") });
  const send = dialog.querySelector("[data-send]");
  const [second, span] = ["second", "clip"].map((name) => dialog.querySelector(`[value=${name}]`));
  const embedding = embed(dialog);
  let places = {};

  const show = () => {
    const query = places[dialog.querySelector("[name=what]:checked").value];
    field.value = `${location.origin}${location.pathname}${query}`;
    embedding?.show(query);
    picture.src = `${location.pathname}/qr.svg${query}`;
  };
  const open = () => {
    const time = Math.floor(player.time);
    places = { whole: "", second: moment(time), clip: clip.isOn ? moment(clip.start, clip.end) : "" };
    offer(second, time > 0, _("From %(time)s", { time: clock(time) }));
    const ends = { start: clock(clip.start), end: clock(clip.end) };
    offer(span, clip.isOn, clip.isOn ? _("This clip, %(start)s to %(end)s", ends) : "");
    const best = clip.isOn ? "clip" : time > 0 ? "second" : "whole";
    dialog.querySelector(`[value=${best}]`).checked = true;
    show();
    dialog.showModal();
  };
  dialog.querySelector("[data-qr]").prepend(picture);
  opener.addEventListener("click", open);
  for (const choice of dialog.querySelectorAll("[name=what]")) {
    choice.addEventListener("change", show);
  }
  field.addEventListener("focus", () => field.select());
  dialog.querySelector("[data-copy]").addEventListener("click", async () => {
    if (await copy(field)) {
      dialog.close();
      announce(_("The link is copied."));
    }
  });
  send.hidden = !navigator.share;
  send.addEventListener("click", () => {
    navigator.share({ title: player.root.dataset.title, url: field.value }).catch(() => {});
  });
}

function offer(choice, isThere, words) {
  const label = choice.closest("label");
  label.hidden = !isThere;
  label.querySelector("span").textContent = words;
}

/** The code for other sites, where any may show it: it begins where the link begins. */
function embed(dialog) {
  const field = dialog.querySelector("[data-embed]");
  if (!field) return null;
  const code = field.value;
  const end = `${field.dataset.embed}"`;
  field.addEventListener("focus", () => field.select());
  dialog.querySelector("[data-copy-embed]").addEventListener("click", async () => {
    if (await copy(field)) {
      dialog.close();
      announce(_("The code is copied."));
    }
  });
  return {
    show(query) {
      const place = query.replaceAll("&", "&amp;");
      field.value = code.replace(end, `${field.dataset.embed}${place}"`);
    },
  };
}

/** Where the clipboard is closed to us, the link stands there selected, to be copied by hand. */
async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.focus();
    field.select();
    return false;
  }
}
