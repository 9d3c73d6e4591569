// The list of a phone's chats; a forum opens into its topics.

import { el, icon } from "./dom.js";
import { avatar } from "./faces.js";
import { listMoment } from "./moments.js";
import { t } from "./words.js";

/** Nodes for `chats`; `shown` is {chat, thread} on the screen, `open(chat, thread)` opens another. */
export function chatRows(store, person, chats, shown, open) {
  const newest = Math.max(0, ...chats.map((chat) => chat.last_message?.date ?? 0));
  return chats.flatMap((chat) => {
    const row = chatRow(chat, person, newest, shown.chat === chat.id, () => open(chat.id, undefined));
    if (!chat.is_forum) return [row];
    const current = shown.chat === chat.id ? shown.thread : null;
    return [row, topicRows(chat, shown.chat === chat.id, current, (thread) => open(chat.id, thread))];
  });
}

function chatRow(chat, person, now, current, press) {
  const last = chat.last_message;
  const badge = chat.unread ? el("span", { class: "badge" }, el("span", { class: "hidden" }, `${t("unread")} `), String(chat.unread)) : "";
  return el(
    "button",
    { type: "button", class: `chat-row ${chat.bot_id ? "" : "is-group"}`, "aria-current": current ? "true" : null, data: { chat: chat.id }, on: { click: press } },
    avatar(chat.id, chat.title, chat.is_forum ? "square" : ""),
    el("span", { class: "chat-words" },
      el("span", { class: "line" }, el("strong", {}, chat.title), el("time", {}, last ? listMoment(last.date, now) : "")),
      el("span", { class: "line" }, el("span", { class: "preview" }, preview(last, chat, person)), badge)),
  );
}

function preview(message, chat, person) {
  if (!message) return t(chat.started ? "empty" : "start.hint");
  if (message.service) return t(`service.short.${message.service.kind}`);
  const name = message.sender?.id === person ? t("you") : chat.bot_id ? "" : (message.sender?.name ?? "");
  const words = message.text ?? summary(message);
  return [name ? el("span", { class: "preview-name" }, `${name}: `) : "", words];
}

function summary(message) {
  if (message.media) return t(message.album ? "media.album" : `media.${message.media.kind}`);
  return message.location ? t("media.place") : message.contact ? t("media.contact") : "";
}

/** What a forum is looked at by: everything, the general topic, each topic. */
export function topicsOf(chat) {
  const named = chat.topics.map((topic) => ({ id: topic.id, name: topic.name, sign: "topic", closed: topic.closed }));
  return [{ id: undefined, name: t("topics.all"), sign: "group" }, { id: null, name: t("topics.general"), sign: "topic" }, ...named];
}

function topicRows(chat, here, thread, open) {
  const rows = topicsOf(chat).map(({ id, name, sign, closed }) =>
    el("button", { type: "button", class: "topic-row", "aria-current": here && id === thread ? "true" : null, on: { click: () => open(id) } },
      icon(sign), el("span", {}, name), closed ? el("span", { class: "closed" }, t("topic.closed")) : ""));
  return el("div", { class: "topics", role: "group", "aria-label": t("topics") }, rows);
}
