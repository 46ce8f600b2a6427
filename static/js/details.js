// The form in which people describe an episode, read for the API.

/** What was typed and chosen, as the API wants it. */
export function details(form) {
  const data = new FormData(form);
  return {
    description: data.get("description"),
    tags: data
      .get("tags")
      .split(",")
      .map((tag) => tag.trim())
      .filter(Boolean),
    language: data.get("language") || null,
    audience: data.get("audience"),
    publish: data.has("publish"),
    group_ids: data.getAll("group_ids"),
  };
}

/** Put what the server finds wrong beside the fields that it names. */
export function showErrors(form, fields) {
  for (const old of form.querySelectorAll(".error[data-scripted]")) old.remove();
  for (const [name, sentence] of Object.entries(fields)) {
    const input = form.elements[name];
    const holder = (input?.closest ? input : input?.[0])?.closest(".field");
    if (!holder) continue;
    const note = document.createElement("p");
    note.className = "error";
    note.dataset.scripted = "";
    note.textContent = sentence;
    holder.append(note);
  }
}
