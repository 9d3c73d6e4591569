// Inline buttons: a press spins until the bot answers; links, links into chats and copy buttons are done here.

import { el, icon } from "./dom.js";

const PATIENCE_MILLISECONDS = 30_000;
const SIGNS = { url: "link", web_app: "link", copy: "copy" };

/** Remembers which buttons wait for an answer, so that a redrawn bubble shows it too. */
export class Presses {
  constructor(changed) {
    this._waiting = new Map(); // button key -> press id, or null until the server named it
    this._answered = new Set(); // answers that came before their press was named
    this._changed = changed;
  }

  waits(key) {
    return this._waiting.has(key);
  }

  /** Press by `request` (a promise of a PressView); until it is answered the button spins. */
  async press(key, request) {
    this._waiting.set(key, null);
    this._changed();
    setTimeout(() => this._done(key), PATIENCE_MILLISECONDS);
    try {
      const press = await request;
      if (press.answered || this._answered.delete(press.id)) this._done(key);
      else this._waiting.set(key, press.id);
    } catch (problem) {
      this._done(key);
      throw problem;
    }
  }

  answered(id) {
    const found = [...this._waiting].find(([, waiting]) => waiting === id);
    if (found) this._done(found[0]);
    else this._answered.add(id);
  }

  _done(key) {
    if (this._waiting.delete(key)) this._changed();
  }
}

export const buttonKey = (message, row, column) => `${message.chat_id}:${message.id}/${row}/${column}`;

/** The keyboard under a bubble, or nothing. */
export function inlineButtons(message, scene) {
  if (message.buttons.length === 0) return null;
  const rows = message.buttons.map((row, at) =>
    el("div", { class: "button-row" }, row.map((button, column) => inlineButton(message, button, at, column, scene))));
  return el("div", { class: "buttons" }, rows);
}

function inlineButton(message, button, row, column, scene) {
  const busy = scene.presses.waits(buttonKey(message, row, column));
  return el(
    "button",
    {
      type: "button",
      class: `inline-button ${button.style ? `style-${button.style}` : ""}`,
      "aria-busy": busy ? "true" : null,
      on: { click: () => !busy && scene.hands.press(message, button, row, column) },
    },
    el("span", { class: "label" }, button.label),
    button.kind in SIGNS ? icon(SIGNS[button.kind]) : "",
    busy ? el("span", { class: "spinner", "aria-hidden": "true" }) : "",
  );
}
