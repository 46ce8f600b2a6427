// Builds the front end into static/dist: hashed files, the icon sprite, manifest.json.
import * as esbuild from "esbuild";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";
import gettext from "gettext-parser";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const dist = path.join(here, "dist");
const watching = process.argv.includes("--watch");

// Icons that scripts, lists in templates and mediashare/pages/views.py name: the search below
// misses them.
const MORE_ICONS = [
  ...["play", "pause", "volume-2", "volume-x"],
  ...["mic", "video", "monitor", "picture-in-picture-2", "sun", "moon"],
  ...["clock", "loader", "circle-check", "triangle-alert", "circle-x"],
];
// What a page needs to look like one of ours.
const SHELL = ["app.css", "app.js", "font.woff2", "icons.svg", "icon.svg"];
const FONT = /schibsted-grotesk-latin-wght/;

/** All files under a folder whose names end in `ending`. */
function filesUnder(folder, ending) {
  return fs
    .readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => path.join(folder, name));
}

/** The names that templates ask for by icon('name'). */
function usedIcons() {
  const names = new Set(MORE_ICONS);
  for (const file of filesUnder(path.join(root, "templates"), ".html")) {
    for (const call of fs.readFileSync(file, "utf8").matchAll(/\bicon\(([^)]*)\)/g)) {
      for (const name of call[1].matchAll(/['"]([a-z0-9-]+)['"]/g)) names.add(name[1]);
    }
  }
  return [...names].sort();
}

/** One SVG file with a symbol for each icon in use; an unknown name fails the build. */
function makeSprite() {
  const source = path.join(root, "node_modules/@iconify-json/lucide/icons.json");
  const { icons, aliases = {} } = JSON.parse(fs.readFileSync(source, "utf8"));
  const symbols = usedIcons().map((name) => {
    const icon = icons[name] ?? icons[aliases[name]?.parent];
    if (!icon) throw new Error(`lucide has no icon named ${name}`);
    const body = icon.body.replaceAll('fill="none"', 'fill="var(--fill,none)"');
    return `<symbol id="i-${name}" viewBox="0 0 24 24">${body}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

/** Write `text` under a name that changes with it; returns that name. */
function writeHashed(stem, ending, text) {
  const hash = crypto.createHash("sha256").update(text).digest("hex").slice(0, 8);
  const name = `${stem}-${hash}${ending}`;
  fs.writeFileSync(path.join(dist, name), text);
  return name;
}

/** The site's own icons under hashed names, by the names that they have in static/icons. */
function copyIcons() {
  const folder = path.join(here, "icons");
  return Object.fromEntries(
    fs.readdirSync(folder).map((name) => {
      const { name: stem, ext } = path.parse(name);
      return [name, writeHashed(stem, ext, fs.readFileSync(path.join(folder, name)))];
    }),
  );
}

/** What mediashare/web/rendering.py reads: logical name to file under static/dist. */
function writeManifest(outputs) {
  const manifest = { "icons.svg": writeHashed("icons", ".svg", makeSprite()), ...copyIcons() };
  Object.assign(manifest, compileWords());
  for (const [file, output] of Object.entries(outputs)) {
    const name = path.relative(dist, path.resolve(root, file));
    if (output.entryPoint === "static/js/app.js") manifest["app.js"] = name;
    if (output.entryPoint === "static/css/app.css") manifest["app.css"] = name;
    if (FONT.test(name)) manifest["font.woff2"] = name;
  }
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  fs.writeFileSync(path.join(dist, "manifest.json"), text);
  return manifest;
}

/** The service worker has one address for ever, and is told which files make up the shell. */
async function writeServiceWorker(manifest) {
  const { outputFiles } = await esbuild.build({
    ...{ absWorkingDir: root, bundle: true, write: false, minify: !watching },
    ...{ entryPoints: ["static/js/service-worker.js"], format: "iife", target: options.target },
  });
  const names = [...SHELL, ...Object.keys(manifest).filter((name) => name.startsWith("words-"))];
  const shell = names.map((name) => `/static/${manifest[name]}`);
  const text = `const SHELL=${JSON.stringify(shell)};\n${outputFiles[0].text}`;
  fs.writeFileSync(path.join(dist, "service-worker.js"), text);
}

/** A catalogue without what nobody has looked at yet. */
function readCatalogue(file) {
  const catalogue = gettext.po.parse(fs.readFileSync(file));
  for (const entries of Object.values(catalogue.translations)) {
    for (const [id, entry] of Object.entries(entries)) {
      const isSure = !entry.comments?.flag?.includes("fuzzy") && entry.msgstr.every(Boolean);
      if (id !== "" && !isSure) delete entries[id];
    }
  }
  return catalogue;
}

/** Catalogues as mediashare/web/languages.py reads them. */
function compileCatalogues() {
  for (const file of filesUnder(path.join(root, "translations"), "messages.po")) {
    const target = path.join(dist, path.relative(root, file)).replace(/po$/, "mo");
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, gettext.mo.compile(readCatalogue(file)));
  }
}

/** What scripts say in other languages, as static/js/words.js reads it: a file for each, by the
 *  names that the manifest has for them. */
function compileWords() {
  const files = filesUnder(path.join(root, "translations"), "scripts.po");
  return Object.fromEntries(
    files.map((file) => {
      const [language] = path.relative(path.join(root, "translations"), file).split(path.sep);
      const stem = `words-${language}`;
      return [`${stem}.js`, writeHashed(stem, ".js", wordsOf(readCatalogue(file)))];
    }),
  );
}

function wordsOf({ headers, translations }) {
  const { "": _header, ...entries } = translations[""];
  const sentences = Object.entries(entries).map(([english, { msgstr }]) => {
    return [english, msgstr.length > 1 ? msgstr : msgstr[0]];
  });
  const [, plural] = /plural=([n\d\s?:!=<>%&|()]+)/.exec(headers["Plural-Forms"]);
  const text = JSON.stringify(Object.fromEntries(sentences));
  return `globalThis.said={plural:(n)=>Number(${plural}),sentences:${text}};\n`;
}

/** Put a compressed copy beside every text file, for mediashare/web/compressed.py. */
function compress() {
  for (const name of fs.readdirSync(dist).filter((file) => /\.(js|css|svg)$/.test(file))) {
    const text = fs.readFileSync(path.join(dist, name));
    fs.writeFileSync(path.join(dist, `${name}.gz`), zlib.gzipSync(text, { level: 9 }));
  }
}

const manifestWriter = {
  name: "manifest",
  setup(build) {
    build.onEnd(async (result) => {
      if (result.errors.length > 0) return;
      await writeServiceWorker(writeManifest(result.metafile.outputs));
      compileCatalogues();
      compress();
    });
  },
};

const options = {
  absWorkingDir: root,
  entryPoints: ["static/js/app.js", "static/css/app.css"],
  outdir: dist,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome123", "firefox121", "safari17.5"],
  minify: !watching,
  sourcemap: watching ? "linked" : false,
  metafile: true,
  entryNames: "[name]-[hash]",
  chunkNames: "chunk-[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file", ".woff": "file" },
  plugins: [manifestWriter],
  logLevel: "warning",
};

fs.rmSync(dist, { recursive: true, force: true });
fs.mkdirSync(dist, { recursive: true });
if (watching) {
  const context = await esbuild.context(options);
  await context.watch();
} else {
  await esbuild.build(options);
}
