// What becomes of an upload that the server refuses, and how people are told.
import { SomebodyElse } from "./requests.js";
import { _ } from "./words.js";

export const GONE = [404, 410];
export const TOO_LARGE = _("This file is larger than an upload may be here.");
const WAITED_FOR = [409, 423];
const BUSY = _("Another tab or device is sending this file. Wait a moment, then try again.");
const LOST = _("The connection is lost. What has arrived is kept.");
// Where the server's own sentence would not tell people what to do here.
const SENTENCES = {
  401: _("You have been signed out. Sign in in another tab, then try again."),
  409: BUSY,
  415: _("This kind of file can't be uploaded here."),
  423: BUSY,
  429: _("Too many uploads at once. Wait a moment, then try again."),
  507: _("There is no room left on the server. Tell an admin, then try again."),
};

/** The status with which the server has answered; 0 where it has not. */
export function statusOf(error) {
  return error.originalResponse?.getStatus() ?? error.causingError?.status ?? 0;
}

/** Whether asking for the same thing again can help. */
export function mayPass(status) {
  return status !== 507 && !(status >= 400 && status < 500 && !WAITED_FOR.includes(status));
}

/** The seconds after which the server wants to be asked again; 0 where it does not say so. */
export function waitOf(error) {
  if (statusOf(error) !== 429) return 0;
  return Number(error.originalResponse.getHeader("Retry-After")) || 0;
}

/** What to tell people of a refusal. */
export function sentenceOf(error) {
  if (error.causingError instanceof SomebodyElse) return error.causingError.message;
  const status = statusOf(error);
  return SENTENCES[status] ?? detailOf(error) ?? (status === 413 ? TOO_LARGE : LOST);
}

/** The client would take every refusal of HEAD for "no such upload", and begin from nothing. */
export function checkHead(request, response) {
  const status = response.getStatus();
  if (request.getMethod() === "HEAD" && status >= 400 && !GONE.includes(status)) {
    throw Object.assign(new Error(`HEAD was answered ${status}`), { status });
  }
}

/** What the server itself says of a refusal, if it does. */
function detailOf(error) {
  try {
    return JSON.parse(error.originalResponse.getBody()).detail;
  } catch {
    return undefined;
  }
}
