// The panel of devices: each a card with what one can do to it, and what it said and heard.

import * as api from "./api.js";
import { BenchDevice } from "./bench_device.js";
import { toast } from "./dialog.js";
import { el, place } from "./dom.js";
import { t } from "./words.js";

const KEPT_AS = "youlin.playground.bench";

/** The bench; `store` draws maps. */
export class Bench {
  constructor(store) {
    this.store = store;
    this.open = localStorage.getItem(KEPT_AS) === "open";
    this.devices = new Map();
    this.head = el("header", { class: "panel-head" });
    this.list = el("div", { class: "tel-list" });
    this.element = el("aside", { class: "panel bench", hidden: !this.open }, this.head, this.list, el("div", { class: "toasts" }));
  }

  toggle(open = !this.open) {
    this.open = open;
    this.element.hidden = !open;
    localStorage.setItem(KEPT_AS, open ? "open" : "shut");
    this._draw();
  }

  async load() {
    const views = await api.devices();
    for (const view of views) this._take(view);
    this.redraw();
  }

  hear(view) {
    this._take(view);
    if (this.open) this.devices.get(view.key).draw();
  }

  _take(view) {
    const known = this.devices.get(view.key);
    if (known) known.view = view;
    else this.devices.set(view.key, new BenchDevice(this.store, view, (words) => toast(this.element, words)));
  }

  redraw() {
    this.element.setAttribute("aria-label", t("bench"));
    this.head.replaceChildren(el("h2", {}, t("bench")));
    for (const device of this.devices.values()) device.build();
    place(this.list, [...this.devices.values()].map((device) => device.element));
    this._draw();
  }

  _draw() {
    if (this.open) for (const device of this.devices.values()) device.draw();
  }
}
