// The form in which people describe an episode, read for the API.
import { _, listed } from "./words.js";

/** What was typed and chosen, as the API wants it; the names of fields may have an ending. */
export function details(form, ending = "", data = new FormData(form)) {
  return {
    description: data.get(`description${ending}`),
    tags: data
      .get(`tags${ending}`)
      .split(",")
      .map((tag) => tag.trim())
      .filter(Boolean),
    language: data.get(`language${ending}`) || null,
    audience: data.get(`audience${ending}`),
    publish: data.has(`publish${ending}`),
    group_ids: data.getAll(`group_ids${ending}`),
    request: data.get(`request${ending}`) ?? undefined,
  };
}

/** Put what the server finds wrong beside the fields that it names. */
export function showErrors(form, fields, ending = "") {
  for (const old of form.querySelectorAll(".error[data-scripted]")) {
    if (old.dataset.scripted === ending) takeBack(form, old);
  }
  for (const [name, sentence] of Object.entries(fields)) {
    const inputs = [...form.querySelectorAll(`[name="${name + ending}"]`)];
    const holder = inputs[0]?.closest(".field");
    if (!holder) continue;
    const note = document.createElement("p");
    note.className = "error";
    note.id = `${name}${ending}-wrong`;
    note.dataset.scripted = ending;
    note.textContent = sentence;
    holder.append(note);
    for (const input of inputs) {
      describe(input, [...describers(input), note.id]);
      input.ariaInvalid = "true";
    }
  }
}

/** Lead the keyboard to the first field that is wrong, unless it is at work elsewhere already. */
export function focusWrong(form) {
  const focused = document.activeElement;
  if (focused !== document.body && focused.type !== "submit") return;
  form.querySelector("[aria-invalid=true]")?.focus();
}

function takeBack(form, note) {
  for (const input of form.querySelectorAll(`[aria-describedby~="${note.id}"]`)) {
    describe(
      input,
      describers(input).filter((id) => id !== note.id),
    );
    input.ariaInvalid = null;
  }
  note.remove();
}

function describers(input) {
  return input.getAttribute("aria-describedby")?.split(" ") ?? [];
}

function describe(input, ids) {
  if (ids.length > 0) input.setAttribute("aria-describedby", ids.join(" "));
  else input.removeAttribute("aria-describedby");
}

/** Who will see what is described so, in one sentence. */
export function sightOf(form, ending = "", data = new FormData(form)) {
  const { audience, publish } = details(form, ending, data);
  if (audience === "private") return _("Nobody but you sees it.");
  if (!publish) return _("Nobody but you sees it until you publish it.");
  if (audience === "unlisted") return _("Members who have the link see it; no list names it.");
  if (audience !== "group") return _("Everybody here finds it as soon as it is ready.");
  const chosen = form.querySelectorAll(`[name="group_ids${ending}"]:checked`);
  const names = [...chosen].map((box) => box.closest("label").textContent.trim());
  if (names.length === 0) return _("Choose at least one group.");
  return _("Only members of %(groups)s see it.", { groups: listed(names) });
}
