// The panel of telephones: those of the story first, others as soon as they are called.

import * as api from "./api.js";
import { toast } from "./dialog.js";
import { el, icon, iconButton, place } from "./dom.js";
import { Telephone } from "./telephone.js";
import { t } from "./words.js";

const KEPT_AS = "youlin.playground.telephones";
const TICK_MILLISECONDS = 1000;

/** The panel; `opened()` hears when it opens by itself because a telephone rings. */
export class Telephones {
  constructor(line, sound, opened) {
    Object.assign(this, { line, sound, opened });
    const kept = remembered();
    this.open = kept.open ?? false;
    this.chosen = new Set(kept.chosen ?? []);
    this.unfolded = new Set(kept.unfolded ?? []);
    this.telephones = new Map();
    this.spoken = new Map(); // call -> how many of its lines have been said aloud
    this.list = el("div", { class: "tel-list" });
    this.head = el("header", { class: "panel-head" });
    this.other = el("select", { class: "field" });
    this.other.addEventListener("change", () => this._take(this.other.value));
    this.element = el("aside", { class: "panel telephones", hidden: !this.open }, this.head, this.list, el("div", { class: "toasts" }));
    line.on((number) => this._heard(number));
    setInterval(() => this._tick(), TICK_MILLISECONDS);
  }

  toggle(open = !this.open) {
    this.open = open;
    this.element.hidden = !open;
    this._keep();
  }

  redraw() {
    this.element.setAttribute("aria-label", t("telephones"));
    const sound = iconButton(this.sound.on ? "sound" : "mute", t(this.sound.on ? "sound.off" : "sound.on"), () => {
      this.sound.toggle();
      this.redraw();
    });
    this.head.replaceChildren(el("h2", {}, t("telephones")), sound);
    for (const telephone of this.telephones.values()) telephone.build();
    this._layOut();
  }

  _heard(number) {
    if (number === null) {
      this.sound.speaks = this.line.speaks;
      this.telephones.clear();
      this.redraw();
      return;
    }
    const state = this.line.stateOf(number);
    if (state === "ringing" && !this.unfolded.has(number)) this._unfold(number);
    if (state === "ringing" && !this.open) {
      this.toggle(true);
      this.opened();
    }
    this._layOut();
    this.telephones.get(number)?.draw();
    this._speak(number);
    this.sound.ring([...this.line.handsets.keys()].some((one) => this.line.stateOf(one) === "ringing"));
  }

  /** What Twilio's debugger would show belongs before everybody's eyes here. */
  complain({ code, reason }) {
    toast(this.element, t("tel.complaint", { code, reason }));
  }

  /** Say aloud what was heard since the last time, in a call that somebody holds to the ear here. */
  _speak(number) {
    const call = this.line.calls.get(number);
    if (!call) return;
    const before = this.spoken.get(call.sid) ?? 0;
    this.spoken.set(call.sid, call.lines.length);
    if (call.ended !== null) return this.sound.stop(call.sid);
    const machine = this.line.handsets.get(number)?.manner !== "person";
    if (call.answered === null || machine || !this.open) return;
    for (const line of call.lines.slice(before)) this.sound.say(call.sid, line);
  }

  // -- which telephones lie here --------------------------------------------------------------------------------------

  _layOut() {
    const shown = [...this.line.handsets.values()].filter((one) => one.about || this.chosen.has(one.number) || this._isAlive(one));
    for (const { number } of shown) if (!this.telephones.has(number)) this.telephones.set(number, this._telephone(number));
    const others = [...this.line.handsets.values()].filter((one) => !shown.includes(one));
    this.other.replaceChildren(el("option", { value: "" }, t("tel.other")), ...others.map((one) => el("option", { value: one.number }, one.name)));
    this.other.setAttribute("aria-label", t("tel.other"));
    this.other.hidden = others.length === 0;
    place(this.list, [...shown.map((one) => this.telephones.get(one.number).element), this.other]);
  }

  _isAlive(handset) {
    return handset.messages.length > 0 || this.line.stateOf(handset.number) !== "idle";
  }

  _telephone(number) {
    return new Telephone(this.line, number, {
      open: this.unfolded.has(number),
      tell: (words) => toast(this.element, words),
      nameOf: (other) => this.nameOf(other),
      changed: () => {
        if (this.telephones.get(number).open) this.unfolded.add(number);
        else this.unfolded.delete(number);
        this._keep();
      },
    });
  }

  nameOf(number) {
    return this.line.numbers.includes(number) ? t("tel.community") : this.line.handsets.get(number)?.name ?? number;
  }

  _take(number) {
    if (!number) return;
    this.chosen.add(number);
    this._layOut();
    this._unfold(number);
  }

  _unfold(number) {
    this.unfolded.add(number);
    this.telephones.get(number)?.toggle(true);
    this._keep();
  }

  /** Seconds pass in the calls that go on. */
  _tick() {
    if (!this.open) return;
    for (const [number, telephone] of this.telephones) {
      if (this.line.stateOf(number) === "talking") telephone.screen.tick(this.line.calls.get(number));
    }
  }

  _keep() {
    localStorage.setItem(KEPT_AS, JSON.stringify({ open: this.open, chosen: [...this.chosen], unfolded: [...this.unfolded] }));
  }
}

function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT_AS) ?? "{}");
    return kept && typeof kept === "object" ? kept : {};
  } catch {
    return {};
  }
}
