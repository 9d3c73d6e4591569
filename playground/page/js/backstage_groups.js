// Backstage: what a group's owner does: upgrade, topics, members, rights.

import * as api from "./api.js";
import { askText } from "./dialog.js";
import { el } from "./dom.js";
import { t } from "./words.js";

/** {element, draw}: one group at a time. */
export function groupSection(store, attempt) {
  const choice = el("select", { class: "field" });
  const body = el("div", { class: "group-body" });
  let chosen = null;

  function draw() {
    const groups = [...store.groups.values()].filter((group) => group.upgraded_to === null);
    if (!groups.some((group) => group.id === chosen)) chosen = groups[0]?.id ?? null;
    choice.replaceChildren(...groups.map((group) => el("option", { value: String(group.id) }, group.title)));
    choice.value = String(chosen);
    body.replaceChildren(...(chosen === null ? [] : groupBody(store.groups.get(chosen), store, act)));
  }

  async function act(action, fields) {
    const group = await attempt(api.actOnGroup(chosen, action, fields));
    if (!group) return;
    chosen = group.id;
    await store.loadWorld();
    draw();
  }

  choice.addEventListener("change", () => {
    chosen = Number(choice.value);
    draw();
  });
  draw();
  return { element: el("div", {}, el("label", { class: "labelled" }, t("group"), choice), body), draw };
}

function groupBody(group, store, act) {
  const by = group.members.find((member) => member.status === "creator")?.id ?? null;
  const button = (label, press) => el("button", { type: "button", class: "action", on: { click: press } }, label);
  const topic = async () => {
    const name = await askText(t("group.topic"), t("topic.name"));
    if (name) await act("create_topic", { name, by });
  };
  const acts = [
    group.kind === "group" ? button(t("group.upgrade"), () => act("upgrade", { by })) : null,
    group.kind === "supergroup" ? button(t(group.is_forum ? "group.topics.off" : "group.topics.on"), () => act("set_forum", { enabled: !group.is_forum, by })) : null,
    group.is_forum ? button(t("group.topic"), topic) : null,
  ];
  const members = group.members.map((member) => memberRow(member, by, act));
  return [el("div", { class: "pair wrap" }, acts.filter(Boolean)), el("ul", { class: "group-members" }, members), adder(group, store, by, act)];
}

function memberRow(member, by, act) {
  const leads = member.status === "administrator";
  const choices = [["", "…"], leads ? ["demote", t("member.demote")] : ["promote", t("member.promote")], member.may_send ? ["mute", t("member.mute")] : ["unmute", t("member.unmute")], ["remove_member", t("member.remove")]];
  const select = el("select", { class: "field", "aria-label": t("member.act", { name: member.name }) }, choices.map(([value, label]) => el("option", { value }, label)));
  select.addEventListener("change", () => {
    const quiet = { mute: ["restrict", { may_send: false }], unmute: ["restrict", { may_send: true }] }[select.value];
    const [action, more] = quiet ?? [select.value, {}];
    if (action) act(action, { member: member.id, by, ...more });
  });
  const status = member.status === "member" ? "" : t(`status.${member.status}`);
  return el("li", {}, el("span", {}, member.name, " ", el("small", {}, member.is_bot ? t("bot") : "", " ", status)), member.status === "creator" ? "" : select);
}

function adder(group, store, by, act) {
  const inside = new Set(group.members.map((member) => member.id));
  const outside = [...store.bots.values(), ...store.people.values()].filter((one) => !inside.has(one.id));
  const select = el("select", { class: "field" }, el("option", { value: "" }, t("member.add")), outside.map((one) => el("option", { value: String(one.id) }, one.name)));
  select.setAttribute("aria-label", t("member.add"));
  select.addEventListener("change", () => select.value && act("add_member", { member: Number(select.value), by }));
  return select;
}
