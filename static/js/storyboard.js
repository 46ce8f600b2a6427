// What is where along an episode: its storyboard, small pictures that a WebVTT file places on sheets.
import { lastAtMost } from "./dom.js";

const CUE = /(\d+):(\d+):([\d.]+) --> .*\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)/g;

/**
 * Draws the tile of a moment on `canvas`, which stays hidden until there is something to see.
 * Nothing is loaded before the first moment is asked for.
 */
export function storyboard(url, canvas) {
  const sheets = new Map();
  let board;
  let wanted;

  async function show(seconds) {
    board ??= url ? load(url) : [];
    const tile = findTile(await board, seconds);
    wanted = tile;
    if (!tile) return;
    if (!sheets.has(tile.sheet)) sheets.set(tile.sheet, loadImage(tile.sheet));
    const image = await sheets.get(tile.sheet);
    // The pointer may have gone on meanwhile.
    if (image && wanted === tile) draw(canvas, image, tile);
  }

  return { show };
}

/** Draw what is seen at several moments, each on a canvas of its own. */
export async function drawTiles(url, places) {
  const tiles = url ? await load(url) : [];
  const sheets = new Map();
  for (const { canvas, seconds } of places) {
    const tile = findTile(tiles, seconds);
    if (!tile) continue;
    if (!sheets.has(tile.sheet)) sheets.set(tile.sheet, loadImage(tile.sheet));
    const image = await sheets.get(tile.sheet);
    if (image) draw(canvas, image, tile);
  }
}

function findTile(tiles, seconds) {
  const starts = tiles.map((tile) => tile.start);
  return tiles[lastAtMost(starts, seconds)];
}

function draw(canvas, image, { x, y, width, height }) {
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d").drawImage(image, x, y, width, height, 0, 0, width, height);
  canvas.hidden = false;
}

/** The tiles in order; none where they can't be had. */
async function load(url) {
  try {
    const answer = await fetch(url);
    return answer.ok ? parse(await answer.text()) : [];
  } catch {
    return [];
  }
}

function parse(text) {
  return [...text.matchAll(CUE)].map((cue) => {
    const [hours, minutes, seconds] = cue.slice(1, 4).map(Number);
    const [x, y, width, height] = cue.slice(5).map(Number);
    const start = hours * 3600 + minutes * 60 + seconds;
    return { start, sheet: cue[4], x, y, width, height };
  });
}

async function loadImage(address) {
  const image = new Image();
  image.src = address;
  try {
    await image.decode();
    return image;
  } catch {
    return null;
  }
}
