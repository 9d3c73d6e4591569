// Starts the page: words, world, desk, live line, backstage.

import * as api from "./api.js";
import { Backstage } from "./backstage.js";
import { Bench } from "./bench.js";
import { Desk } from "./desk.js";
import { el, icon } from "./dom.js";
import { setZone } from "./moments.js";
import { Store } from "./store.js";
import { TelephoneLine } from "./telephone_line.js";
import { TelephoneSound } from "./telephone_sound.js";
import { Telephones } from "./telephones.js";
import { follow } from "./stream.js";
import { language, loadWords, maybe, otherLanguage, speak, t } from "./words.js";

const NARROW = matchMedia("(max-width: 1000px)");
const store = new Store();
const desk = new Desk(store);
const backstage = new Backstage(store);
const bench = new Bench(store);
const telephoneLine = new TelephoneLine();
const telephones = new Telephones(telephoneLine, new TelephoneSound(), () => drawTop());
const top = el("header", { class: "top" });
const line = el("p", { class: "line-state", role: "status", hidden: true });

await loadWords();
document.querySelector("#loading").remove();
document.body.append(top, line, desk.shelf, desk.table, bench.element, telephones.element, backstage.element);
drawTop();

const [setting, ground] = [store.loadSetting(), store.loadWorld()];
await Promise.all([setting, ground]);
drawTop();
setZone(store.ground.time_zone);
let begun = null;

follow(async (kind, content) => {
  if (kind === "opened" || kind === "reset") {
    if (store.setting.devices) bench.load().catch(() => null);
    if (store.setting.telephones) telephoneLine.load().catch(() => null);
    if (begun === null) begun = desk.begin();
    else await store.loadWorld().then(() => desk.refresh()).catch(() => null); // the line breaks again and says so
    return;
  }
  store.hear(kind, content);
  telephoneLine.hear(kind, content);
  if (kind === "complaint") telephones.complain(content);
  if (kind === "device") bench.hear(content);
  if (kind === "migrated" || kind === "chat") wantGroups();
}, (online) => {
  line.hidden = online;
  line.textContent = online ? "" : t(store.startingOver ? "start_over.waiting" : "offline");
  if (online) openAnewForAnotherRun();
});

/** Chats, telephones and numbers of messages belong to one run of the playground; of another, nothing is kept. */
async function openAnewForAnotherRun() {
  const { run } = await api.setting().catch(() => store.setting);
  if (run !== store.setting.run) location.reload();
}

let groupsTimer = null;

/** Groups changed: read them soon, for the backstage. */
function wantGroups() {
  clearTimeout(groupsTimer);
  groupsTimer = setTimeout(() => api.groups().then((groups) => {
    store.groups = new Map(groups.map((group) => [group.id, group]));
    store.emit("groups");
  }).catch(() => null), 200);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) for (const phone of desk.phones.values()) phone.conversation.drawAll();
});

function drawTop() {
  const change = async () => {
    await speak(otherLanguage());
    await api.setLanguage(language().toLowerCase()).catch(() => null); // the page changes all the same
    drawTop();
    desk.redraw();
    backstage.redraw();
    bench.redraw();
    telephones.redraw();
  };
  const panels = [["watch", "bench", bench, store.setting.devices], ["phone", "telephones", telephones, store.setting.telephones], ["tools", "backstage", backstage, true]];
  const toggles = panels.filter(([, , , there]) => there).map(([sign, name, panel]) =>
    el("button", { type: "button", class: "top-button", "aria-expanded": String(panel.open), data: { panel: name }, on: { click: () => togglePanel(panel, panels) } }, icon(sign), el("span", {}, t(name))));
  const languageButton = el("button", { type: "button", class: "top-button", lang: otherLanguage(), on: { click: change } }, icon("globe"), el("span", {}, maybe("language.other") ?? ""));
  top.replaceChildren(el("h1", {}, t("title")), el("p", { class: "subtitle" }, t("subtitle")), languageButton, ...toggles);
}

/** Open or shut a panel; where there is room for one only, it takes the place of the others. */
function togglePanel(panel, panels) {
  panel.toggle();
  for (const [, , other] of panels) if (panel.open && other !== panel && other.open && NARROW.matches) other.toggle();
  for (const [, name, one] of panels) top.querySelector(`[data-panel="${name}"]`)?.setAttribute("aria-expanded", String(one.open));
}
