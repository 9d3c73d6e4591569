// A telephone in a call: who rings, answer and refuse, what is heard as subtitles, the keypad, saying something.

import { el, icon } from "./dom.js";
import { lasting } from "./moments.js";
import { t } from "./words.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const SPOKEN_KEYS = { "*": "key.star", "#": "key.hash" };

/** The call's part of a telephone; `act(action, fields)` does what its person does. */
export class CallScreen {
  constructor(act) {
    this.act = act;
    this.element = el("div", { class: "tel-call", hidden: true });
    this.state = null;
  }

  /** Draw `call` in `state`; `nameOf(number)` names who is at the other end. */
  draw(call, state, nameOf) {
    this.element.hidden = state === "idle" || (state === "over" && !this._talked(call));
    if (this.element.hidden) {
      this.state = null;
      return;
    }
    const shape = `${call.sid} ${state}`;
    if (this.state !== shape) this._build(call, state, nameOf);
    this.state = shape;
    this._drawLines(call, nameOf);
    this.element.classList.toggle("listening", call.listening.length > 0);
    if (this.hint) this.hint.textContent = hintOf(call, state, nameOf);
    this.tick(call);
  }

  /** Of a call that is over only what was said in it is worth showing. */
  _talked(call) {
    return call.answered !== null && call.lines.length > 0;
  }

  _build(call, state, nameOf) {
    this.hint = el("p", { class: "tel-hint", role: "status" });
    this.time = el("output", { class: "tel-time" });
    this.since = performance.now(); // the product's time may be another, or run faster
    this.lines = el("div", { class: "tel-lines", role: "log", "aria-label": t("tel.heard"), tabindex: "0" });
    const other = el("p", { class: "tel-other" }, el("strong", {}, nameOf(call.other)), el("span", {}, call.other));
    this.element.replaceChildren(other, this.time, this.hint, ...PARTS[state].call(this));
    if (state === "ringing") this.element.querySelector("button")?.setAttribute("autofocus", "");
  }

  tick(call) {
    if (!this.time) return;
    if (call.answered === null) this.time.textContent = "";
    else this.time.textContent = lasting(call.ended === null ? (performance.now() - this.since) / 1000 : call.ended - call.answered);
  }

  _drawLines(call, nameOf) {
    if (!this.lines) return;
    const shown = this.lines.childElementCount;
    if (shown === call.lines.length) return;
    if (shown > call.lines.length) this.lines.replaceChildren();
    for (const line of call.lines.slice(this.lines.childElementCount)) {
      const who = line.by ? el("b", {}, `${nameOf(line.by)}：`) : line.kind === "played" ? icon("play") : "";
      this.lines.append(el("p", { class: `tel-line ${line.kind}`, lang: line.language || null }, who, line.text));
    }
    this.lines.scrollTop = this.lines.scrollHeight;
  }

  _answerAndRefuse() {
    return [el("div", { class: "pair" },
      button("tel-answer", t("tel.answer"), "phone", () => this.act("answer")),
      button("tel-refuse", t("tel.refuse"), "phone_down", () => this.act("hang_up")))];
  }

  _talking() {
    const said = el("input", { type: "text", class: "field", maxlength: "500", placeholder: t("tel.say"), "aria-label": t("tel.say") });
    const say = () => {
      const words = said.value.trim();
      if (words) this.act("speak", { words }).then((done) => { if (done) said.value = ""; });
    };
    said.addEventListener("keydown", (event) => event.key === "Enter" && !event.isComposing && say());
    return [
      this.lines,
      el("div", { class: "tel-keys", role: "group", "aria-label": t("tel.keypad") }, KEYS.map((key) => this._key(key))),
      el("div", { class: "tel-say" }, said, button("action", t("tel.say.do"), "send", say)),
      button("tel-refuse wide", t("tel.hang_up"), "phone_down", () => this.act("hang_up")),
    ];
  }

  _key(key) {
    const label = key in SPOKEN_KEYS ? t(SPOKEN_KEYS[key]) : key;
    return el("button", { type: "button", class: "tel-key", "aria-label": label, data: { key }, on: { click: () => this.act("press", { key }) } }, key);
  }
}

const PARTS = {
  ringing() { return this._answerAndRefuse(); },
  dialling() { return [button("tel-refuse wide", t("tel.hang_up"), "phone_down", () => this.act("hang_up"))]; },
  talking() { return this._talking(); },
  over() { return [this.lines]; },
};

function hintOf(call, state, nameOf) {
  if (state === "ringing") return t("tel.rings");
  if (state === "dialling") return t("tel.dialling");
  if (state === "over") return t("tel.over");
  if (call.with_others.length) return t("tel.with", { names: call.with_others.map(nameOf).join(t("list.comma")) });
  if (call.listening.includes("recording")) return t("tel.recording");
  return call.listening.includes("keys") ? t("tel.press") : "";
}

const button = (kind, label, sign, press) =>
  el("button", { type: "button", class: kind, on: { click: press } }, icon(sign), el("span", {}, label));
