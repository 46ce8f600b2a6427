// Sentences for people, in the language of the page. They stand in the code in English, as whole
// sentences with %(name)s where something is put into them. Pages in another language load what
// becomes of them as a file of its own before this one (see static/build.mjs); what is not in that
// is said in English.

const { plural, sentences } = globalThis.said ?? { sentences: {} };
const language = document.documentElement.lang || "en";
// Making one takes long, and a player writes numbers many times a second.
const formats = new Map();

/** A sentence, with these values in it. */
export function _(english, values) {
  return filled(sentences[english] ?? english, values);
}

/** The sentence for one, or that for so many, which is %(num)s in them. */
export function n_(one, many, number, values) {
  const forms = sentences[one];
  const words = forms ? forms[plural(number)] : number === 1 ? one : many;
  return filled(words, { num: written(number), ...values });
}

/** A number, with so many digits after the point, or at most so many. */
export function written(number, digits = 0, most = digits) {
  const name = `${digits}-${most}`;
  const rule = { minimumFractionDigits: digits, maximumFractionDigits: most };
  if (!formats.has(name)) formats.set(name, new Intl.NumberFormat(language, rule));
  return formats.get(name).format(number);
}

/** Names one after the other: A, B, and C. */
export function listed(names) {
  return new Intl.ListFormat(language).format(names);
}

/** A day and a time of it. */
export function dated(milliseconds) {
  const rule = { dateStyle: "medium", timeStyle: "short" };
  return new Date(milliseconds).toLocaleString(language, rule);
}

function filled(words, values) {
  if (!values) return words;
  return words.replace(/%%|%\((\w+)\)s/g, (_found, name) => (name ? values[name] : "%"));
}
