// The panel behind the scene: time, faults, limits, the bots, the groups, counters, starting over.

import * as api from "./api.js";
import { carrierSection } from "./backstage_carrier.js";
import { clockSection } from "./backstage_clock.js";
import { groupSection } from "./backstage_groups.js";
import { confirmDialog, toast } from "./dialog.js";
import { el, icon } from "./dom.js";
import { t } from "./words.js";

const POLL_MILLISECONDS = 2000;
const MODELS = ["off", "bucket", "strict"];
const CALL_FAULTS = ["server_error", "bad_gateway", "too_many_requests", "forbidden", "timeout_before", "never_answer", "slow", "reset", "reset_after"];
const UPDATE_FAULTS = ["duplicate_updates", "reorder_updates"];

export class Backstage {
  constructor(store) {
    this.store = store;
    this.open = false;
    this.sections = el("div", { class: "sections" });
    this.element = el("aside", { class: "backstage", hidden: true }, this.sections, el("div", { class: "toasts" }));
    store.on("groups", () => this.open && this.groups?.draw());
    store.on("people", () => this.open && this.groups?.draw());
  }

  toggle() {
    this.open = !this.open;
    this.element.hidden = !this.open;
    document.body.classList.toggle("with-backstage", this.open);
    clearInterval(this.timer);
    if (!this.open) return;
    this.redraw();
    this.timer = setInterval(() => this._poll(), POLL_MILLISECONDS);
  }

  redraw() {
    this.element.setAttribute("aria-label", t("backstage"));
    if (!this.open) return;
    this.numbers = el("dl", { class: "numbers" });
    this.botRows = el("div", { class: "bot-rows" });
    this.clock = clockSection((promise) => this.try(promise));
    this.groups = groupSection(this.store, (promise) => this.try(promise));
    const { staff_url: staff } = this.store.setting;
    const links = staff ? [el("a", { class: "action wide", href: staff, target: "_blank", rel: "noopener" }, icon("link"), t("staff_page"))] : [];
    this.sections.replaceChildren(
      section(t("clock"), this.clock.element),
      section(t("statistics"), this.numbers),
      section(t("limits"), this._limits()),
      section(t("faults"), this._faults()),
      section(t("bots"), this.botRows),
      ...(this.store.setting.telephones ? [section(t("carrier"), carrierSection((promise) => this.try(promise)))] : []),
      section(t("groups"), this.groups.element),
      el("section", {}, links, el("button", { type: "button", class: "action wide danger", on: { click: () => this._startOver() } }, icon("trash"), t("start_over"))),
    );
    this._poll();
  }

  async try(promise) {
    try {
      return await promise;
    } catch (problem) {
      toast(this.element, t("refused", { reason: problem.message }));
      return null;
    }
  }

  async _poll() {
    const [counts, bots] = await Promise.all([api.statistics(), api.bots()]).catch(() => [null, []]);
    if (!counts) return;
    this._drawNumbers(counts);
    this._drawBots(bots);
    this.clock.read();
  }

  _drawNumbers({ calls, refusals, sends, limit_model: model }) {
    const sum = (table) => Object.values(table).reduce((all, one) => all + one, 0);
    const most = Object.entries(calls).sort((one, other) => other[1] - one[1]).slice(0, 5);
    const rows = [[t("calls"), sum(calls)], [t("sent"), sum(sends)], ["429", refusals["429"] ?? 0, "hot"], [t("refusals"), sum(refusals)], ...most];
    this.numbers.replaceChildren(...rows.flatMap(([name, count, tone]) => [el("dt", {}, name), el("dd", { class: count && tone ? tone : "" }, String(count))]));
    if (this.model && document.activeElement !== this.model) this.model.value = model;
  }

  _limits() {
    this.model = el("select", { class: "field" }, MODELS.map((model) => el("option", { value: model }, t(`limits.${model}`))));
    this.model.addEventListener("change", () => this.try(api.setLimits(this.model.value)));
    return el("label", { class: "labelled" }, t("limits.how"), this.model);
  }

  _faults() {
    const kind = el("select", { class: "field" }, [...CALL_FAULTS, ...UPDATE_FAULTS].map((one) => el("option", { value: one }, t(`fault.${one}`))));
    const method = el("input", { type: "text", class: "field", value: "*", "aria-label": t("fault.method") });
    const times = numberField("3", t("fault.times"));
    const seconds = numberField("2", t("fault.seconds"));
    const pending = el("p", { class: "note", role: "status" });
    const show = (answer) => { if (answer) pending.textContent = answer.pending.length ? t("fault.pending", { count: answer.pending.length }) : t("fault.none"); };
    const order = () => this.try(api.orderFault({ kind: kind.value, method: method.value.trim() || "*", times: Number(times.value), seconds: Number(seconds.value) })).then(show);
    const fields = [[t("fault.kind"), kind], [t("fault.method"), method], [t("fault.times"), times], [t("fault.seconds"), seconds]];
    return [
      el("div", { class: "fields" }, fields.map(([label, field]) => el("label", { class: "labelled" }, label, field))),
      el("div", { class: "pair" }, button(t("fault.order"), order), button(t("fault.clear"), () => this.try(api.clearFaults()).then(show))),
      pending,
    ];
  }

  _drawBots(bots) {
    const shape = JSON.stringify(bots);
    if (this.botRows.dataset.shape === shape) return;
    this.botRows.dataset.shape = shape;
    this.botRows.replaceChildren(...bots.map((bot) => {
      const act = (action, fields) => () => this.try(api.actOnBot(bot.id, action, fields)).then(() => this._poll());
      const state = bot.paused ? t("bot.paused", { count: bot.pending_updates }) : t("bot.running", { count: bot.pending_updates });
      return el("div", { class: "bot-row" },
        el("p", {}, el("strong", {}, bot.name), ` @${bot.username}`), el("p", { class: "note" }, state),
        el("div", { class: "pair" },
          button(t(bot.paused ? "bot.resume" : "bot.pause"), act(bot.paused ? "resume" : "pause", {})),
          button(t(bot.privacy ? "bot.privacy.on" : "bot.privacy.off"), act("set_privacy", { enabled: !bot.privacy }))));
    }));
  }

  async _startOver() {
    const { starts_over: all } = this.store.setting;
    if (!await confirmDialog(t("start_over"), t(all ? "start_over.sure" : "start_over.chats"), t("start_over"), true)) return;
    this.store.startingOver = all;
    await this.try(api.startOver());
  }
}

const section = (title, ...children) => el("section", {}, el("h2", {}, title), children);
const button = (label, press) => el("button", { type: "button", class: "action", on: { click: press } }, label);

function numberField(value, label) {
  return el("input", { type: "number", class: "field", min: "0", max: "3600", value, "aria-label": label });
}
