// Keeps the shell of the site, which is the same for everybody, for when there is no connection; and
// takes what other apps share. Nothing that anybody may not see is ever kept: no page, no media.
// SHELL, the addresses of the shell's files, is put before this by static/build.mjs.
import { keepShared } from "./shared-files.js";

/* global SHELL */
const OFFLINE = "/offline";
const CACHE = `shell ${SHELL.join(" ")}`;

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== location.origin) return;
  if (request.method === "POST" && address.pathname === "/share") {
    event.respondWith(share(request));
  } else if (request.mode === "navigate" && request.method === "GET") {
    event.respondWith(navigate(event));
  } else if (SHELL.includes(address.pathname)) {
    event.respondWith(fromShell(request));
  }
});

async function install() {
  const cache = await caches.open(CACHE);
  // As nobody in particular: the page must not say who is signed in here.
  const page = new Request(OFFLINE, { credentials: "omit", cache: "reload" });
  await cache.addAll([page, ...SHELL]);
  await skipWaiting();
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  await registration.navigationPreload?.enable();
  await clients.claim();
}

/** The page itself while there is a connection; a server's error is an answer too. */
async function navigate(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}

/** The shell's files never change under their name. */
async function fromShell(request) {
  return (await caches.match(request.url)) ?? fetch(request);
}

/** Keep what was shared until somebody says on the upload page what is to become of it, and go there,
 *  also where there is no room for it. */
async function share(request) {
  let outcome = "kept";
  try {
    const form = await request.formData();
    await keepShared(form.getAll("files").filter((file) => file instanceof File));
  } catch {
    outcome = "failed";
  }
  return Response.redirect(`/upload?shared=${outcome}`, 303);
}
