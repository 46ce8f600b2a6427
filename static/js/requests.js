// Requests that change something, also after people have signed in anew in another tab.
import { csrfToken, viewerOf } from "./dom.js";
import { _ } from "./words.js";

export const SIGNED_OUT = _("You have been signed out. Sign in in another tab, then go on.");
const SOMEBODY_ELSE = _("Somebody else is signed in here now.");
export const LOST = _("The connection is lost. Please try again.");
export const SILENT = _("The server does not answer. Please try again.");

/** What is on this page belongs to whoever it was made for, and is sent in nobody else's name. */
export class SomebodyElse extends Error {
  constructor() {
    super(SOMEBODY_ELSE);
    this.status = 401;
  }
}

/** Whoever signs in anew gets another token: take over that of a page as it is now. Fails when it is
 *  somebody else who has signed in. */
export async function renewToken() {
  const own = document.querySelector("meta[name=csrf-token]");
  const page = await fetchPage();
  const viewer = page && viewerOf(page);
  if (viewer && viewer !== viewerOf()) throw new SomebodyElse();
  own.content = page?.querySelector("meta[name=csrf-token]")?.content ?? own.content;
}

/** This page as it is now; null where the connection is lost, as the next request will find. */
async function fetchPage() {
  try {
    const answer = await fetch(location.pathname);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return null;
  }
}

/** Send something as JSON; a refusal becomes an Error with the sentence people read. */
export async function sendJson(address, body) {
  let response = await post(address, body);
  if (response.status === 403) {
    await renewToken();
    response = await post(address, body);
  }
  if (response.ok) return response.json();
  const problem = await response.json().catch(() => ({}));
  const sentence = response.status === 401 ? SIGNED_OUT : problem.detail;
  const error = new Error(sentence ?? SILENT);
  throw Object.assign(error, { status: response.status, fields: problem.errors, problem });
}

/** Send something that matters to nobody who is looking at the page; it also arrives when the page
 *  is left meanwhile. What fails is not said: the next one says the same. */
export async function tell(method, address, body = {}) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
  const request = { method, headers, body: JSON.stringify(body), keepalive: true };
  await fetch(address, request).catch(() => {});
}

async function post(address, body) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
  const request = { method: "POST", headers, body: JSON.stringify(body) };
  return fetch(address, request).catch(() => {
    throw new Error(LOST);
  });
}
