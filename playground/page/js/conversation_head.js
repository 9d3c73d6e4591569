// The line above a chat: title, who is in it or who types, and the chat's menu.

import { topicsOf } from "./chat_list.js";
import { confirmDialog, openDialog, openMenu } from "./dialog.js";
import { el, iconButton } from "./dom.js";
import { avatar, roleOf } from "./faces.js";
import { windowKey } from "./store.js";
import { t } from "./words.js";

/** The nodes of the header for `chat` in `conversation`. */
export function header(conversation, chat) {
  const topic = chat.topics.find((one) => one.id === conversation.thread);
  const title = topic ? topic.name : chat.title;
  const words = el("span", { class: "head-words" }, el("h3", {}, topic ? `# ${title}` : title), el("span", { class: "under", "aria-live": "polite" }, under(conversation, chat)));
  const who = chat.bot_id
    ? el("span", { class: "head-title" }, avatar(chat.id, chat.title), words)
    : el("button", { type: "button", class: "head-title", "aria-label": t("members.of", { title }), on: { click: () => showMembers(conversation, chat) } }, avatar(chat.id, chat.title), words);
  const more = chat.bot_id ? iconButton("more", t("chat.menu"), (event) => botMenu(event.currentTarget, conversation, chat)) : "";
  return [iconButton("back", t("back"), conversation.back, { class: "icon-button back" }), who, more].filter(Boolean);
}

/** A forum's topics as tabs, for phones too narrow for the list beside the chat. */
export function topicTabs(conversation, chat) {
  if (!chat.is_forum) return [];
  return topicsOf(chat).map(({ id, name }) =>
    el("button", { type: "button", "aria-current": id === conversation.thread ? "true" : null, on: { click: () => conversation.openChat(chat.id, id) } }, name));
}

function under(conversation, chat) {
  const typing = conversation.store.typing.get(windowKey(conversation.person, chat.id));
  if (typing) return el("span", { class: "typing" }, t(`typing.${typing.action.startsWith("upload") ? "sending" : "typing"}`), el("i"), el("i"), el("i"));
  if (chat.bot_id) return t("bot");
  const kind = t(chat.kind === "group" ? "group.plain" : chat.is_forum ? "group.forum" : "group.super");
  return `${t("members", { count: chat.members.length })} · ${kind}`;
}

function showMembers(conversation, chat) {
  const { store } = conversation;
  const rows = chat.members.map((member) =>
    el("div", { class: "member" }, avatar(member.id, member.name, "small"),
      el("span", { class: "member-words" }, el("strong", {}, member.name), el("span", {}, member.is_bot ? t("bot") : roleOf(store, member.id))),
      el("span", { class: "status" }, member.status === "member" ? "" : t(`status.${member.status}`))));
  openDialog({ title: `${chat.title} · ${t("members", { count: chat.members.length })}`, body: el("div", { class: "members" }, rows) });
}

function botMenu(anchor, conversation, chat) {
  const { doing } = conversation;
  const block = async () => {
    if (await confirmDialog(t("block"), t("block.sure", { title: chat.title }), t("block"), true)) await doing.block();
  };
  openMenu(anchor, [
    { label: t("start.again"), icon: "send", press: () => doing.start("") },
    chat.blocked ? { label: t("unblock"), icon: "person", press: () => doing.unblock() } : { label: t("block"), icon: "close", press: block, danger: true },
  ]);
}
