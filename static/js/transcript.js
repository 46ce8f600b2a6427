// The transcript panel: follows, seeks, is searched and quoted.
import { find } from "./find.js";
import { fix, isFixing } from "./fix.js";
import { follow } from "./follow.js";
import { Paragraph } from "./paragraphs.js";
import { selection } from "./selection.js";
import { moment } from "./time.js";

/** Bring the panel to life; returns what keys of the page may ask of it. */
export function transcript(root, player, { compose, lists }) {
  const body = root.querySelector(".tx-body");
  const paragraphs = [...body.querySelectorAll(".seg")].map((element) => new Paragraph(element));
  const { suspend } = follow(root, body, paragraphs, player);
  const fixing = fix(root, paragraphs, player);
  find(root, body, paragraphs, { player, suspend });
  const { quote } = selection(root, body, paragraphs, { compose, fixing, lists });
  clickToSeek(body, paragraphs, player);
  return { focusFind: () => root.querySelector(".seek-in input").focus(), quote };
}

/** A word leads to its second, in another tab where links would open one too. */
function clickToSeek(body, paragraphs, player) {
  body.addEventListener("click", (event) => {
    const text = event.target.closest("p");
    const place = getSelection();
    if (!text || isFixing(body) || !place.isCollapsed || !text.contains(place.anchorNode)) return;
    const paragraph = paragraphs.find((candidate) => candidate.text === text);
    if (!paragraph) return;
    const seconds = paragraph.timeOf(place.anchorNode, place.anchorOffset);
    if (event.ctrlKey || event.metaKey) open(moment(seconds), "_blank", "noopener");
    else player.seek(seconds);
  });
}
