// Orders a window's messages into what is drawn: albums become one item, neighbours of one sender one run, days get lines.

import { dayKey } from "./moments.js";

const RUN_SECONDS = 600;

/** [{kind: "day", key, date} | {kind: "bubble", key, messages, first, last}] in the order of the screen. */
export function itemsOf(messages) {
  const bubbles = gatherAlbums(messages);
  const items = [];
  bubbles.forEach((item, index) => {
    const before = bubbles[index - 1];
    if (!before || dayKey(before.messages[0].date) !== dayKey(item.messages[0].date)) {
      items.push({ kind: "day", key: `day ${dayKey(item.messages[0].date)} ${item.key}`, date: item.messages[0].date });
    }
    item.first = !continues(before, item);
    item.last = !continues(item, bubbles[index + 1]);
    items.push(item);
  });
  return items;
}

function gatherAlbums(messages) {
  const bubbles = [];
  for (const message of messages) {
    const open = bubbles.at(-1);
    if (message.album && open?.messages[0].album === message.album) open.messages.push(message);
    else bubbles.push({ kind: "bubble", key: `${message.chat_id}:${message.id}`, messages: [message] });
  }
  return bubbles;
}

function continues(one, other) {
  if (!one || !other) return false;
  const [before] = one.messages;
  const [after] = other.messages;
  if (before.service || after.service) return false;
  if (dayKey(before.date) !== dayKey(after.date)) return false;
  return before.sender?.id === after.sender?.id && after.date - before.date < RUN_SECONDS;
}
