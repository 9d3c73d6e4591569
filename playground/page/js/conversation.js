// One chat window: header, pinned line, messages, composer. Draws only what changed and keeps its place.

import { Actions } from "./actions.js";
import * as api from "./api.js";
import { choosePhotos } from "./attach.js";
import { Presses } from "./buttons.js";
import { Composer } from "./composer.js";
import { header, topicTabs } from "./conversation_head.js";
import { el, icon, iconButton, place } from "./dom.js";
import { bubble } from "./message.js";
import { dayName } from "./moments.js";
import { itemsOf } from "./runs.js";
import { scanWithAnother } from "./scanner.js";
import { messageKey, windowKey } from "./store.js";
import { language, t } from "./words.js";

const NEAR_END = 80;
const NEAR_START = 200;
const READ_MILLISECONDS = 250;

/** Everything right of a phone's chat list. `thread`: undefined shows all topics, null the general one. */
export class Conversation {
  constructor(store, person, { openChat, back, frame }) {
    Object.assign(this, { store, person, openChat, frame, back });
    this.chatId = null;
    this.thread = undefined;
    this.drawn = new Map(); // item key -> {signature, node}
    this.missed = 0;
    this._off = [];
    this.presses = new Presses(() => this.draw());
    this.doing = new Actions(store, person, this);
    this.composer = new Composer(this.doing, () => this.view());
    this.doing.editLast = () => this._editLast();
    this.list = el("div", { class: "messages", role: "log", "aria-live": "polite", tabindex: "0", on: { scroll: () => this._scrolled() } });
    this.head = el("header", { class: "chat-head" });
    this.tabs = el("nav", { class: "topic-tabs" });
    this.pinned = el("button", { type: "button", class: "pinned", hidden: true });
    this.down = iconButton("down", "", () => this._toEnd(true), { class: "icon-button down", hidden: true });
    this.element = el("section", { class: "conversation" }, this.head, this.tabs, this.pinned, el("div", { class: "scene" }, this.list, this.down), this.composer.element);
    this.stuck = true; // at the end, and to be kept there when things above grow
    new ResizeObserver(() => this.stuck && this._toEnd(false)).observe(this.list);
    this.list.addEventListener("load", () => this.stuck && this._toEnd(false), { capture: true });
    this._acceptDrops();
  }

  view() {
    return this.store.chat(this.person, this.chatId);
  }

  /** Show another chat; its messages are read when they are not known. */
  async show(chatId, thread = undefined) {
    this.leave();
    Object.assign(this, { chatId, thread, missed: 0 });
    const key = windowKey(this.person, chatId);
    this._off = [
      this.store.on(`window:${key}`, () => this.draw()),
      this.store.on(`typing:${key}`, () => this.drawHead()),
      this.store.on(`menu:${key}`, () => this._loadCommands()),
    ];
    this.composer.turnTo(`${chatId}/${thread}`);
    this.list.replaceChildren();
    this.list.setAttribute("aria-label", t("messages.of", { title: this.view()?.title ?? "" }));
    this._fresh = true;
    this.drawAll();
    await Promise.all([this.store.loadWindow(this.person, chatId), this._loadCommands()]);
  }

  leave() {
    for (const off of this._off) off();
    this._off = [];
    this.drawn.clear();
    this.chatId = null;
  }

  async _loadCommands() {
    const chat = this.chatId;
    const commands = await api.commands(this.person, chat).catch(() => []);
    if (chat !== this.chatId) return;
    this.composer.commands = commands;
    if (this.view()) this.composer.render();
  }

  // -- drawing --------------------------------------------------------------------------------------------------------

  drawAll() {
    if (!this.view()) return;
    this.drawHead();
    this.composer.render();
    this.draw();
  }

  drawHead() {
    const chat = this.view();
    if (!chat) return;
    this.head.replaceChildren(...header(this, chat));
    this.tabs.setAttribute("aria-label", t("topics"));
    this.tabs.hidden = !chat.is_forum;
    this.tabs.replaceChildren(...topicTabs(this, chat));
    const pinned = chat.pinned.at(-1);
    this.pinned.hidden = !pinned;
    if (!pinned) return;
    const words = pinned.text ?? t(pinned.media ? `media.${pinned.media.kind}` : "message");
    this.pinned.replaceChildren(icon("pin"), el("span", {}, el("strong", {}, t("pinned")), el("span", {}, words)));
    this.pinned.onclick = () => this.jump(pinned.id);
  }

  shownMessages() {
    const messages = this.store.messages(this.person, this.chatId);
    return this.thread === undefined ? messages : messages.filter((message) => (message.thread ?? null) === this.thread);
  }

  draw() {
    const chat = this.view();
    if (!chat || this.chatId === null) return;
    this.stuck ||= this._fresh;
    const [height, top] = [this.list.scrollHeight, this.list.scrollTop];
    const before = this.list.firstChild;
    const items = itemsOf(this.shownMessages());
    const nodes = items.map((item) => (item.kind === "day" ? this._day(item) : this._item(item, chat)));
    this._forget(items);
    place(this.list, nodes.length ? nodes : [this._empty(chat)]);
    if (this.stuck) this._toEnd(false);
    else if (before && before !== this.list.firstChild && top < NEAR_START) this.list.scrollTop = top + this.list.scrollHeight - height;
    this._fresh = this._fresh && nodes.length === 0;
    this._showDown();
    this._markRead();
  }

  _item(item, chat) {
    const busy = item.messages.flatMap((message) => message.buttons.flatMap((row, at) => row.map((_, column) => this.presses.waits(`${messageKey(message)}/${at}/${column}`))));
    const signature = JSON.stringify([item, busy, language(), chat.kind, chat.topics.length]);
    const known = this.drawn.get(item.key);
    if (known?.signature === signature) return known.node;
    const node = bubble(item, { store: this.store, person: this.person, chat, hands: this.doing, presses: this.presses, photos: () => this._photos(), scan: this._scan(), topicName: (message) => this._topicName(message, chat) });
    this._keepFocus(known?.node, node);
    this.drawn.set(item.key, { signature, node });
    return node;
  }

  /** A redrawn bubble's button keeps the keyboard's focus. */
  _keepFocus(old, node) {
    const focused = document.activeElement;
    if (!old?.contains(focused)) return;
    const at = [...old.querySelectorAll("button, a")].indexOf(focused);
    queueMicrotask(() => node.querySelectorAll("button, a")[at]?.focus({ preventScroll: true }));
  }

  _day(item) {
    const words = dayName(item.date);
    const known = this.drawn.get(item.key);
    if (known?.signature === words) return known.node;
    const node = el("div", { class: "day" }, el("span", {}, words));
    this.drawn.set(item.key, { signature: words, node });
    return node;
  }

  _forget(items) {
    const living = new Set(items.map((item) => item.key));
    for (const key of this.drawn.keys()) if (!living.has(key)) this.drawn.delete(key);
  }

  _empty(chat) {
    const bot = this.store.bots.get(chat.bot_id);
    const words = bot?.description || t("empty");
    return el("div", { class: "empty" }, bot ? el("strong", {}, t("empty.bot")) : "", el("p", {}, words));
  }

  _topicName(message, chat) {
    if (!chat.is_forum || this.thread !== undefined || message.thread === null) return null;
    return chat.topics.find((topic) => topic.id === message.thread)?.name ?? null;
  }

  _photos() {
    return this.shownMessages().filter((message) => message.media?.kind === "photo");
  }

  /** Holding another phone before a picture of this one; none where the page cannot read codes. */
  _scan() {
    if (!this.store.setting.scanner) return null;
    return (picture) => scanWithAnother(this.store, this.person, picture, (person, address) => this.store.emit("scanned", { person, address }));
  }

  // -- place ----------------------------------------------------------------------------------------------------------

  _nearEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR_END;
  }

  _toEnd(smooth) {
    this.list.scrollTo({ top: this.list.scrollHeight, behavior: smooth ? "smooth" : "instant" });
  }

  _scrolled() {
    this.stuck = this._nearEnd();
    this._showDown();
    if (this.list.scrollTop < NEAR_START && !this._fresh) this.store.loadOlder(this.person, this.chatId);
  }

  _showDown() {
    this.down.hidden = this._nearEnd();
    this.down.setAttribute("aria-label", t("to_end"));
  }

  jump(id) {
    const node = this.list.querySelector(`[data-message="${id}"]`);
    if (!node) return;
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.add("found");
    setTimeout(() => node.classList.remove("found"), 1500);
  }

  _markRead() {
    const chat = this.view();
    if (!chat || chat.unread === 0 || document.hidden || this._reading || this.element.offsetParent === null) return;
    this._reading = setTimeout(() => {
      this._reading = null;
      if (this.chatId !== null) api.act(this.person, "read", { chat: this.chatId }).catch(() => null);
    }, READ_MILLISECONDS);
  }

  _editLast() {
    const own = this.shownMessages().filter((message) => message.sender?.id === this.person && (message.text || message.media));
    if (own.length) this.composer.edit(own.at(-1));
  }

  _acceptDrops() {
    const over = (event) => {
      if (![...event.dataTransfer.types].includes("Files") || !this.view()?.may_send) return;
      event.preventDefault();
      this.element.classList.toggle("dropping", event.type === "dragover");
    };
    for (const kind of ["dragover", "dragleave", "drop"]) this.element.addEventListener(kind, over);
    this.element.addEventListener("drop", (event) => {
      const files = [...event.dataTransfer.files];
      if (files.some((file) => /^(image|video)\//.test(file.type))) choosePhotos(this.doing, this.doing.where(), files);
      else for (const file of files) this.doing.sendFile(file, this.doing.where());
    });
  }
}
