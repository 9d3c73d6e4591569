// Backstage: the telephone carrier goes wrong on order: away altogether, or what it tells comes lost, late, doubled, forged.

import * as api from "./api.js";
import { el } from "./dom.js";
import { t } from "./words.js";

const OUTAGES = ["hang", "reset", "error"];
const TELLS = ["lost", "doubled", "late", "permuted", "forged"];
const LATE_SECONDS = 20;
const TIMES = 4;

/** The section's body; `attempt` shows what was refused. */
export function carrierSection(attempt) {
  const note = el("p", { class: "note", role: "status" });
  const outage = el("select", { class: "field" }, el("option", { value: "" }, t("outage.none")), OUTAGES.map((one) => el("option", { value: one }, t(`outage.${one}`))));
  const tell = el("select", { class: "field" }, TELLS.map((one) => el("option", { value: one }, t(`tell.${one}`))));
  const show = (faults) => {
    if (!faults) return;
    outage.value = faults.outage ?? "";
    note.textContent = faults.pending.length ? t("fault.pending", { count: faults.pending.reduce((sum, one) => sum + one.times, 0) }) : "";
  };
  const order = () => attempt(api.orderCarrierFault({ side: "callbacks", kind: tell.value, times: TIMES, seconds: tell.value === "late" ? LATE_SECONDS : 0 })).then(show);
  outage.addEventListener("change", () => attempt(api.setOutage(outage.value || null)).then(show));
  api.exchange().then((exchange) => show(exchange.faults)).catch(() => null);
  return [
    el("label", { class: "labelled" }, t("outage"), outage),
    el("label", { class: "labelled" }, t("tell"), tell),
    el("div", { class: "pair" }, button(t("fault.order"), order), button(t("fault.clear"), () => attempt(api.clearCarrierFaults()).then(show))),
    note,
  ];
}

const button = (label, press) => el("button", { type: "button", class: "action", on: { click: press } }, label);
