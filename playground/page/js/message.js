// One bubble: who, quote, content, text, time, buttons. Built anew when anything about it changes.

import { inlineButtons } from "./buttons.js";
import { el, icon, iconButton } from "./dom.js";
import { avatar, toneOf } from "./faces.js";
import { contactCard, mediaNode, placeCard } from "./media.js";
import { clockTime, fullMoment } from "./moments.js";
import { richText } from "./rich.js";
import { t } from "./words.js";

/** A bubble for `item` (see runs.js) in the window `scene`: {person, chat, hands, topicName}. */
export function bubble(item, scene) {
  const [message] = item.messages;
  if (message.service) return serviceLine(message, scene);
  const mine = message.sender?.id === scene.person;
  const inGroup = scene.chat.kind !== "private";
  const classes = ["row", mine ? "mine" : "theirs", item.first ? "first" : "", item.last ? "last" : ""];
  const face = inGroup && !mine ? el("span", { class: "face" }, item.last ? avatar(message.sender?.id ?? 0, senderName(message)) : "") : "";
  const label = t("message.label", { name: senderName(message), time: clockTime(message.date) });
  const column = el("div", { class: "column" }, body(item, scene, { mine, inGroup }), inlineButtons(message, scene));
  return el("div", { class: classes.join(" "), role: "article", "aria-label": label, data: { message: message.id } }, face, column);
}

const senderName = (message) => message.sender?.name ?? "";

function body(item, scene, { mine, inGroup }) {
  const [message] = item.messages;
  const words = item.messages.find((one) => one.text);
  const pictures = item.messages.some((one) => one.media && one.media.kind !== "voice" && one.media.kind !== "document" && one.media.kind !== "audio");
  const bare = pictures && !words && !message.reply_to && !message.forwarded_from;
  const classes = ["bubble", pictures || message.location ? "with-picture" : "", bare || (message.location && !message.location.title) ? "bare" : ""];
  const sender = inGroup && !mine && item.first
    ? el("div", { class: `sender name-${toneOf(message.sender?.id ?? 0)}` }, senderName(message), message.sender?.is_bot ? el("span", { class: "bot-mark" }, t("bot")) : "")
    : "";
  return el(
    "div",
    { class: classes.join(" "), on: { contextmenu: (event) => contextMenu(event, message, scene), click: (event) => tapMenu(event, message, scene) } },
    sender,
    scene.topicName(message) ? el("div", { class: "topic-mark" }, `# ${scene.topicName(message)}`) : "",
    message.forwarded_from ? el("div", { class: "forwarded" }, t("forwarded.from", { name: message.forwarded_from })) : "",
    message.reply_to ? quote(message, scene) : "",
    content(item, scene),
    words ? el("div", { class: "text", dir: "auto" }, richText(words.text, words.entities, scene.hands), meta(item, mine)) : meta(item, mine),
    message.reactions.length ? reactions(message) : "",
    iconButton("more", t("message.menu"), (event) => scene.hands.menu(message, event.currentTarget), { class: "icon-button more" }),
  );
}

function content(item, scene) {
  const [message] = item.messages;
  if (item.messages.length > 1) {
    const cells = item.messages.map((one) => mediaNode(one, scene));
    return el("div", { class: `album album-${cells.length}` }, cells);
  }
  if (message.location) return placeCard(message, scene);
  if (message.contact) return contactCard(message);
  return message.media ? mediaNode(message, scene) : "";
}

function meta(item, mine) {
  const newest = item.messages.at(-1);
  const edited = item.messages.some((one) => one.edited_at);
  return el(
    "span",
    { class: "meta", title: fullMoment(newest.date) },
    edited ? el("span", { class: "edited" }, t("edited")) : "",
    el("time", { datetime: new Date(newest.date * 1000).toISOString() }, clockTime(newest.date)),
    mine ? el("span", { class: "tick", "aria-hidden": "true" }, "✓") : "",
  );
}

function quote(message, scene) {
  const { id, sender, text, media } = message.reply_to;
  return el(
    "button",
    { type: "button", class: "quote", on: { click: () => scene.hands.jump(id) } },
    el("strong", {}, sender),
    el("span", {}, text ?? (media ? t(`media.${media}`) : scene.hands.summary(id))),
  );
}

function reactions(message) {
  const counts = new Map();
  for (const emoji of message.reactions) counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
  return el("div", { class: "reactions" }, [...counts].map(([emoji, count]) => el("span", {}, count > 1 ? `${emoji} ${count}` : emoji)));
}

function contextMenu(event, message, scene) {
  if (event.target.closest("a, img, video")) return;
  event.preventDefault();
  const point = { getBoundingClientRect: () => new DOMRect(event.clientX, event.clientY, 0, 0) };
  scene.hands.menu(message, point);
}

// Where there is no hovering the bubble itself opens the menu.
function tapMenu(event, message, scene) {
  const busy = event.target.closest("a, button, audio, video, .spoiler") || getSelection().toString();
  if (!busy && matchMedia("(hover: none)").matches) scene.hands.menu(message, event.currentTarget);
}

function serviceLine(message, scene) {
  const { kind, people, value } = message.service;
  const key = kind === "members_added" && people.length === 1 && people[0] === senderName(message) ? "joined" : kind;
  const alone = kind === "member_left" && people[0] !== senderName(message) ? "member_removed" : key;
  const fields = { actor: senderName(message), people: people.join(t("list.comma")), value: value ?? "" };
  const words = el("span", {}, t(`service.${alone}`, fields));
  return el("div", { class: "service", data: { message: message.id } }, kind.startsWith("topic_") ? icon("topic") : "", words);
}
