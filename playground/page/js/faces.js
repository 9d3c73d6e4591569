// How people, bots and groups look: a coloured circle with their first letter, and what their role is called.

import { el } from "./dom.js";
import { maybe } from "./words.js";

const TONES = 7;

/** One of seven colours, the same for the same id everywhere. */
export const toneOf = (id) => Math.abs(id) % TONES;

/** The first letter of a name; emoji and surrogate pairs stay whole. */
export function initial(name) {
  const [first] = new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(name.trim() || "?");
  return first.segment.toUpperCase();
}

export function avatar(id, name, size = "") {
  return el("span", { class: `avatar tone-${toneOf(id)} ${size}`, "aria-hidden": "true" }, initial(name));
}

/** What a player is, in the page's language: "网格员 · 第一网格". */
export function roleOf(store, person) {
  const player = store.players.get(person);
  if (!player) return "";
  const role = maybe(`role.${player.role}`) ?? player.role;
  return player.serves ? `${role} · ${player.serves}` : role;
}
