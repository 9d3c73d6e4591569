// One device of the bench: its state in words, its controls by a table of kinds, its talk with the server.

import * as api from "./api.js";
import { el, icon } from "./dom.js";
import { mapPicture } from "./map_picture.js";
import { clockTime } from "./moments.js";
import { choosePlace } from "./places.js";
import { t } from "./words.js";

const SHOWN_LINES = 30;
const SIGNS = { watch: "watch", smoke: "smoke", septic: "tank", manhole: "cover", camera: "photo" };
const SEPTIC_STEP = 0.05;

/** A device's card; `tell(words)` shows what did not work. */
export class BenchDevice {
  constructor(store, view, tell) {
    Object.assign(this, { store, view, tell, open: view.kind === "watch" });
    this.element = el("section", { class: "telephone device", data: { device: view.key } });
  }

  /** Do an action; the button waits until the device has its answer. */
  async act(action, fields = {}, button = null) {
    button?.setAttribute("aria-busy", "true");
    try {
      this.view = await api.actOnDevice(this.view.key, action, fields);
    } catch (problem) {
      this.tell(t("refused", { reason: problem.message }));
    }
    button?.removeAttribute("aria-busy");
    this.draw();
  }

  build() {
    const { view } = this;
    const name = t("device.of", { kind: t(`device.${view.kind}`), name: view.name });
    this.element.setAttribute("aria-label", name);
    this.status = el("span", { class: "tel-chip" });
    this.head = el("button", { type: "button", class: "tel-head", on: { click: () => { this.open = !this.open; this.draw(); } } },
      el("span", { class: `avatar small square device-sign ${view.kind}`, "aria-hidden": "true" }, icon(SIGNS[view.kind])),
      el("span", { class: "tel-name" }, el("strong", {}, view.name), el("span", {}, `${t(`device.${view.kind}`)} · ${view.key}`)), this.status, icon("down"));
    this.map = view.kind === "watch" ? el("button", { type: "button", class: "device-map", "aria-label": t("watch.move"), title: t("watch.move"), on: { click: () => this._move() } }) : null;
    this.sliders = [];
    this.lines = el("div", { class: "device-lines", role: "log", "aria-label": t("device.lines"), tabindex: "0" });
    this.body = el("div", { class: "tel-body" }, this.map, ...CONTROLS[view.kind].call(this), this.lines);
    this.element.replaceChildren(this.head, this.body);
    this.shownMap = this.shownLines = null;
    this.draw();
  }

  draw() {
    if (!this.body) return;
    this.body.hidden = !this.open;
    this.head.setAttribute("aria-expanded", String(this.open));
    const { words, tone } = statusOf(this.view);
    this.status.textContent = words;
    this.status.className = `tel-chip ${tone}`;
    this.status.hidden = !words;
    if (!this.open) return;
    for (const slider of this.sliders) slider.show(this.view.state);
    this._drawMap();
    this._drawLines();
  }

  _drawMap() {
    const { longitude, latitude } = this.view.state;
    const shape = `${longitude} ${latitude} ${this.store.ground.grids.length}`;
    if (!this.map || this.shownMap === shape) return;
    this.shownMap = shape;
    this.map.replaceChildren(mapPicture(this.store.ground, latitude, longitude), el("span", {}, icon("place"), t("watch.move")));
  }

  _drawLines() {
    const shape = JSON.stringify(this.view.lines);
    if (this.shownLines === shape) return;
    this.shownLines = shape;
    this.lines.hidden = this.view.lines.length === 0;
    this.lines.replaceChildren(...this.view.lines.slice(-SHOWN_LINES).map((line) =>
      el("p", { class: `device-line ${line.kind}` }, el("b", { title: t(`device.${line.kind}`) }, ARROWS[line.kind]), el("span", { class: "hidden" }, t(`device.${line.kind}`)), el("code", {}, line.text), el("time", {}, clockTime(line.at)))));
    requestAnimationFrame(() => { this.lines.scrollTop = this.lines.scrollHeight; });
  }

  async _move() {
    const place = await choosePlace(this.store, null, { longitude: this.view.state.longitude, latitude: this.view.state.latitude }, t("watch.go"));
    if (place) await this.act("move_to", place);
  }

  // -- parts ----------------------------------------------------------------------------------------------------------

  button(label, action, { kind = "action", fields = {} } = {}) {
    const button = el("button", { type: "button", class: kind, on: { click: () => this.act(action, typeof fields === "function" ? fields() : fields, button) } }, label);
    return button;
  }

  /** A slider that does its action when it is let go; `of(state)` says where it stands. */
  slider(label, { from, to, step = 1, unit, of, action, fields }) {
    const input = el("input", { type: "range", "aria-label": label, min: String(from), max: String(to), step: String(step) });
    const shown = el("b", {});
    const say = () => {
      shown.textContent = `${input.value} ${unit}`;
      input.setAttribute("aria-valuetext", shown.textContent);
    };
    input.addEventListener("input", say);
    input.addEventListener("change", () => this.act(action, fields(Number(input.value))));
    this.sliders.push({
      show: (state) => {
        if (document.activeElement === input && input.matches(":active")) return;
        input.value = of(state);
        say();
      },
    });
    return el("div", { class: "device-slider" }, el("span", { "aria-hidden": "true" }, label, shown), input);
  }
}

const ARROWS = { said: "↑", heard: "↓", failed: "!" };
const row = (...children) => el("div", { class: "pair wrap" }, children);
const battery = (device) => device.slider(t("device.battery"), { from: 0, to: 100, step: 1, unit: "%", of: (state) => state.percent ?? state.battery, action: "battery", fields: (percent) => ({ percent }) });

const CONTROLS = {
  watch() {
    return [
      this.button(t("watch.sos"), "sos", { kind: "sos" }),
      row(this.button(t("watch.fall"), "fall"), this.button(t("watch.take_off"), "take_off"), this.button(t("watch.put_on"), "put_on")),
      this.slider(t("watch.rate"), { from: 30, to: 200, unit: t("watch.per_minute"), of: (state) => state.rate, action: "beat", fields: (rate) => ({ rate }) }),
      battery(this),
    ];
  },
  smoke() {
    return [row(this.button(t("smoke.smoke"), "smoke", { kind: "action alarm" }), this.button(t("smoke.clear"), "clear")), battery(this)];
  },
  septic() {
    const most = this.view.most ?? 3;
    return [
      this.slider(t("septic.level"), { from: 0, to: most, step: SEPTIC_STEP, unit: t("septic.metres", { most }), of: (state) => state.metres, action: "level", fields: (metres) => ({ metres }) }),
      row(this.button(t("septic.empty"), "level", { fields: { metres: most / 5 } })),
    ];
  },
  manhole() {
    return [row(this.button(t("manhole.lift"), "tilt", { kind: "action alarm", fields: { degrees: 45 } }), this.button(t("manhole.close"), "close")), battery(this)];
  },
  camera() {
    return [row(this.button(t("camera.event"), "event", { kind: "action alarm" }), this.button(t("camera.over"), "over"))];
  },
};

/** What a glance should tell: {words, tone}. */
function statusOf({ kind, state, most }) {
  const alarm = (on, words) => (on ? { words, tone: "alarm" } : { words: "", tone: "" });
  switch (kind) {
    case "watch":
      if (!state.is_connected) return { words: t("watch.away"), tone: "alarm" };
      return state.is_worn ? { words: `♥ ${state.rate}`, tone: "good" } : { words: t("watch.off"), tone: "" };
    case "smoke": return alarm(state.is_smoking, t("smoke.smokes"));
    case "septic": return { words: `${Math.round((100 * state.metres) / (most ?? 3))} %`, tone: state.metres >= 0.8 * (most ?? 3) ? "alarm" : "" };
    case "manhole": return alarm(state.degrees >= 10, t("manhole.open"));
    default: return alarm(state.is_active, t("camera.sees"));
  }
}
