// How media times are written, for the eye and for the ear.
import { _, n_ } from "./words.js";

/** A media time: 1:37, or 1:02:03 from an hour on. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** A media time as a screen reader should say it: "1 minute 37 seconds". */
export function spoken(seconds) {
  const minutes = Math.floor(seconds / 60);
  const rest = Math.floor(seconds % 60);
  const said = { seconds: n_("%(num)s second", "%(num)s seconds", rest) };
  if (!minutes) return said.seconds;
  said.minutes = n_("%(num)s minute", "%(num)s minutes", minutes);
  return _("%(minutes)s %(seconds)s", said);
}

/** Seconds for an address: 96.2, never 96.20000000000002. */
export function short(seconds) {
  return String(Math.round(seconds * 10) / 10);
}

/** The query of an address that leads to a moment, in the language that is being read. */
export function moment(start, end = null) {
  const language = new URLSearchParams(location.search).get("lang");
  const query = new URLSearchParams(language ? { lang: language } : {});
  query.set("t", short(start));
  if (end !== null) query.set("end", short(end));
  return `?${query}`;
}

/** The same for the address of this page, which stays a part of the playlist that is being played. */
export function placeAt(start) {
  const query = new URLSearchParams(moment(start));
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (name === "list" || name === "item") query.set(name, value);
  }
  return `?${query}`;
}

/** A time in a recording as an edit needs it: 1:37.25. */
export function exact(time) {
  const hundredths = Math.max(0, Math.round(time * 100));
  const fraction = String(hundredths % 100).padStart(2, "0").replace(/0+$/, "");
  return clock(Math.floor(hundredths / 100)) + (fraction && `.${fraction}`);
}

/** The seconds that somebody has typed as 1:37.25 or 97.25; null for anything else. */
export function seconds(text) {
  if (!/^(\d{1,3}:){0,2}\d+(\.\d+)?$/.test(text.trim())) return null;
  return text
    .trim()
    .split(":")
    .reduce((total, part) => total * 60 + Number(part), 0);
}
