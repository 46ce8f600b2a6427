"""The shell of the site, so that phones and desks can install it: manifest, service worker, offline
page. Nothing here says anything about anybody."""
