// One telephone of the panel: whose it is, how it behaves, its call, its messages, calling the community.

import * as api from "./api.js";
import { el, icon, iconButton } from "./dom.js";
import { avatar } from "./faces.js";
import { clockTime } from "./moments.js";
import { CallScreen } from "./telephone_call.js";
import { maybe, t } from "./words.js";

const MANNERS = ["person", "busy", "rings_out", "voicemail", "unreachable"];
const SHOWN_MESSAGES = 30;

/** A telephone; `tell(problem)` shows what did not work, `changed()` hears that it was opened or shut. */
export class Telephone {
  constructor(line, number, { tell, changed, open, nameOf }) {
    Object.assign(this, { line, number, tell, changed, open, nameOf });
    this.screen = new CallScreen((action, fields) => this.act(action, fields));
    this.element = el("section", { class: "telephone", data: { number } });
    this.head = el("button", { type: "button", class: "tel-head", on: { click: () => this.toggle() } });
    this.body = el("div", { class: "tel-body" });
    this.thread = el("div", { class: "tel-thread", role: "log" });
    this.element.append(this.head, this.body);
    this.build();
  }

  get handset() {
    return this.line.handsets.get(this.number);
  }

  toggle(open = !this.open) {
    this.open = open;
    this.draw();
    this.changed();
  }

  async act(action, fields = {}) {
    try {
      return await api.actOnHandset(this.number, action, fields);
    } catch (problem) {
      this.tell(t("refused", { reason: problem.message }));
      return null;
    }
  }

  /** Build what stays: words change only with the language. */
  build() {
    const [ours] = this.line.numbers;
    this.manner = el("select", { class: "field", "aria-label": t("tel.manner") }, MANNERS.map((one) => el("option", { value: one }, t(`manner.${one}`))));
    this.manner.addEventListener("change", () => this.act("manner", { manner: this.manner.value }));
    this.dial = el("button", { type: "button", class: "action", on: { click: () => this.act("dial", { to: ours }) } }, icon("phone"), t("tel.dial"));
    this.dial.hidden = !ours;
    this.screen.state = null;
    const controls = el("div", { class: "tel-controls" }, this.dial, el("label", { class: "tel-manner" }, this.manner));
    this.body.replaceChildren(this.screen.element, controls, this.thread, this.handset.landline ? el("p", { class: "note" }, t("tel.landline")) : this._writer(ours));
    this.draw();
  }

  _writer(ours) {
    const text = el("input", { type: "text", class: "field", maxlength: "500", placeholder: t("tel.sms"), "aria-label": t("tel.sms") });
    const send = () => {
      if (text.value.trim() && ours) this.act("write", { to: ours, text: text.value }).then((done) => { if (done) text.value = ""; });
    };
    text.addEventListener("keydown", (event) => event.key === "Enter" && !event.isComposing && send());
    return el("div", { class: "tel-say" }, text, iconButton("send", t("tel.sms.send"), send));
  }

  draw() {
    const { handset } = this;
    const call = this.line.calls.get(this.number);
    const state = this.line.stateOf(this.number);
    this.element.className = `telephone ${state} ${this.open ? "open" : ""}`;
    this.element.setAttribute("aria-label", t("tel.of", { name: handset.name }));
    this.body.hidden = !this.open;
    this._drawHead(handset, state);
    if (document.activeElement !== this.manner) this.manner.value = handset.manner;
    this.dial.disabled = !["idle", "over"].includes(state);
    if (call) this.screen.draw(call, state, this.nameOf);
    this._drawThread(handset);
  }

  _drawHead(handset, state) {
    const about = maybe(`tel.about.${handset.about}`);
    const chip = state === "over" || state === "idle" ? (handset.manner === "person" ? "" : t(`manner.${handset.manner}`)) : t(`tel.state.${state}`);
    const shape = JSON.stringify([handset.name, about, chip, this.open]);
    this.head.setAttribute("aria-expanded", String(this.open));
    if (this.head.dataset.shape === shape) return;
    this.head.dataset.shape = shape;
    const words = el("span", { class: "tel-name" }, el("strong", {}, handset.name), el("span", {}, [about, ending(this.number)].filter(Boolean).join(" · ")));
    this.head.replaceChildren(avatar(toneNumber(this.number), handset.name, "small"), words, chip ? el("span", { class: "tel-chip" }, chip) : "", icon(this.open ? "up" : "down"));
  }

  _drawThread(handset) {
    const shape = JSON.stringify(handset.messages.map((one) => [one.sid, one.status]));
    this.thread.hidden = handset.messages.length === 0;
    if (this.thread.dataset.shape === shape) return;
    this.thread.dataset.shape = shape;
    this.thread.setAttribute("aria-label", t("tel.messages", { name: handset.name }));
    this.thread.replaceChildren(...handset.messages.slice(-SHOWN_MESSAGES).map((sms) =>
      el("p", { class: `tel-sms ${sms.incoming ? "theirs" : "mine"}` }, el("span", {}, sms.body), el("time", {}, clockTime(sms.at)))));
    this.thread.scrollTop = this.thread.scrollHeight;
  }
}

/** The end of a number is enough to tell telephones apart. */
export const ending = (number) => (number.length > 8 ? `…${number.slice(-4)}` : number);

const toneNumber = (number) => Number(number.replace(/\D/g, "").slice(-6));
