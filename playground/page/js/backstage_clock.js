// Backstage: the product's time, and moving it on so that deadlines come while one watches.

import * as api from "./api.js";
import { el } from "./dom.js";
import { fullMoment } from "./moments.js";
import { t } from "./words.js";

const SPEEDS = [1, 10, 60];
const STEPS = [["10m", 600], ["1h", 3600], ["4h", 14_400], ["1d", 86_400], ["3d", 259_200]];

/** {element, read}: `read` asks the time again. */
export function clockSection(attempt) {
  const shown = el("output", { class: "now" });
  const steps = el("div", { class: "pair wrap" });
  const speeds = el("div", { class: "pair speeds", role: "group", "aria-label": t("clock.speed") });
  const show = (time) => {
    if (!time) return;
    shown.textContent = fullMoment(time.now);
    steps.hidden = speeds.hidden = !time.movable;
    for (const button of speeds.children) button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === time.speed));
  };
  const read = () => api.clock().then(show).catch(() => null);
  const move = (seconds) => attempt(api.advance(seconds)).then(show);
  steps.append(...STEPS.map(([name, seconds]) => el("button", { type: "button", class: "action", on: { click: () => move(seconds) } }, t(`clock.${name}`))));
  speeds.append(...SPEEDS.map((speed) => el("button", { type: "button", class: "action", data: { speed: String(speed) }, on: { click: () => attempt(api.setSpeed(speed)).then(show) } }, `×${speed}`)));
  read();
  return { element: el("div", {}, shown, steps, speeds, el("p", { class: "note" }, t("clock.held"))), read };
}
