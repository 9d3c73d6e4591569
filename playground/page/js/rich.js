// Telegram's marked text as nodes: entities nest, offsets count UTF-16 units as JavaScript strings do.

import { el } from "./dom.js";

const PLAIN = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code" };
const SAFE_LINK = /^(https?:|mailto:|tel:)/i;

/** Nodes for `text` with `entities`; `hands.open(url)` and `hands.command(text)` are what links do. */
export function richText(text, entities, hands) {
  const sorted = [...entities].sort((one, other) => one.offset - other.offset || other.length - one.length);
  return within(text, 0, text.length, sorted, hands);
}

function within(text, from, to, entities, hands) {
  const nodes = [];
  let at = from;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset < at || end <= entity.offset) continue;
    const inner = entities.slice(index + 1).filter((one) => one.offset < end);
    nodes.push(text.slice(at, entity.offset));
    nodes.push(marked(entity, text.slice(entity.offset, end), within(text, entity.offset, end, inner, hands), hands));
    at = end;
  }
  nodes.push(text.slice(at, to));
  return nodes.filter((node) => node !== "");
}

function marked(entity, words, children, hands) {
  if (entity.type in PLAIN) return el(PLAIN[entity.type], {}, children);
  const maker = MAKERS[entity.type];
  return maker ? maker(entity, words, children, hands) : el("span", {}, children);
}

const MAKERS = {
  pre: (entity, words, children) => el("pre", { data: { language: entity.language ?? "" } }, el("code", {}, children)),
  blockquote: (entity, words, children) => el("blockquote", {}, children),
  expandable_blockquote: (entity, words, children) => el("blockquote", {}, children),
  spoiler: (entity, words, children) => spoiler(children),
  url: (entity, words, children, hands) => link(/^[a-z]+:/i.test(words) ? words : `https://${words}`, children, hands),
  text_link: (entity, words, children, hands) => link(entity.url, children, hands),
  email: (entity, words, children, hands) => link(`mailto:${words}`, children, hands),
  phone_number: (entity, words, children, hands) => link(`tel:${words.replace(/[^+\d]/g, "")}`, children, hands),
  bot_command: (entity, words, children, hands) =>
    el("button", { type: "button", class: "text-link", on: { click: () => hands.command(words) } }, children),
  mention: (entity, words, children) => el("span", { class: "mention" }, children),
  text_mention: (entity, words, children) => el("span", { class: "mention" }, children),
  hashtag: (entity, words, children) => el("span", { class: "mention" }, children),
};

function link(address, children, hands) {
  if (!SAFE_LINK.test(address ?? "")) return el("span", {}, children);
  const follow = (event) => {
    if (hands.open(address)) event.preventDefault();
  };
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer", on: { click: follow } }, children);
}

function spoiler(children) {
  const hidden = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-expanded": "false" }, children);
  const show = (event) => {
    if (event.type === "keydown" && !["Enter", " "].includes(event.key)) return;
    hidden.classList.add("shown");
    hidden.setAttribute("aria-expanded", "true");
  };
  hidden.addEventListener("click", show);
  hidden.addEventListener("keydown", show);
  return hidden;
}
