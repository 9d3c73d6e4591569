// What the page knows of the telephone exchange: everybody's telephones, their calls and messages.

import * as api from "./api.js";

/** Holds HandsetViews by number; `on(hear)` hears the number that changed, or null when everything did. */
export class TelephoneLine {
  constructor() {
    this.handsets = new Map();
    this.calls = new Map(); // number -> the newest CallView, also when it is over
    this.numbers = [];
    this.speaks = false;
    this._hearers = new Set();
  }

  on(hear) {
    this._hearers.add(hear);
  }

  _emit(number) {
    for (const hear of this._hearers) hear(number);
  }

  async load() {
    const [exchange, handsets] = await Promise.all([api.exchange(), api.handsets()]);
    this.numbers = exchange.numbers;
    this.speaks = exchange.speaks;
    this.handsets = new Map(handsets.map((one) => [one.number, one]));
    this.calls = new Map(handsets.filter((one) => one.call).map((one) => [one.number, one.call]));
    this._emit(null);
  }

  /** Take in one event of the live line. */
  hear(kind, content) {
    ({ call: () => this._call(content), sms: () => this._sms(content), handset: () => this._handset(content) })[kind]?.();
  }

  _handset(handset) {
    this.handsets.set(handset.number, handset);
    if (handset.call === null) this.calls.delete(handset.number);
    this._emit(handset.number);
  }

  _call(call) {
    this._known(call.number);
    this.calls.set(call.number, call);
    this._emit(call.number);
  }

  _sms({ number, sms }) {
    const handset = this._known(number);
    const at = handset.messages.findIndex((one) => one.sid === sms.sid);
    if (at >= 0) handset.messages[at] = sms;
    else if (!sms.incoming || sms.status === "delivered") handset.messages.push(sms);
    this._emit(number);
  }

  /** A stranger's telephone comes into being when it is first called. */
  _known(number) {
    if (!this.handsets.has(number)) {
      this.handsets.set(number, { number, name: number, about: "", landline: false, manner: "rings_out", call: null, messages: [] });
    }
    return this.handsets.get(number);
  }

  /** "idle", "ringing", "dialling", "talking" or "over". */
  stateOf(number) {
    const call = this.calls.get(number);
    if (!call) return "idle";
    if (call.ended !== null) return "over";
    if (call.status === "in-progress") return "talking";
    if (!call.incoming) return "dialling";
    return call.status === "ringing" ? "ringing" : "idle";
  }
}
