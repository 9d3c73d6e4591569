// One open phone: whose it is, the list of chats, the chat that is open in it.

import { chatRows } from "./chat_list.js";
import { Conversation } from "./conversation.js";
import { toast } from "./dialog.js";
import { el, iconButton } from "./dom.js";
import { avatar, roleOf } from "./faces.js";
import { t } from "./words.js";

/** A person's phone. `kept(state)` hears what to remember, `put_away()` closes it. */
export class Phone {
  constructor(store, person, { kept, putAway }) {
    Object.assign(this, { store, person, kept, putAway });
    this.bar = el("header", { class: "phone-bar" });
    this.rows = el("nav", { class: "chat-list" });
    this.element = el("section", { class: "phone", data: { person } });
    this.conversation = new Conversation(store, person, { openChat: (chat, thread) => this.open(chat, thread), back: () => this.closeChat(), frame: this.element });
    const nothing = el("p", { class: "nothing" });
    this.nothing = nothing;
    this.lost = null; // a chat that was closed because it is in the list no more
    this.element.append(this.bar, el("div", { class: "phone-body" }, this.rows, el("div", { class: "pane" }, nothing, this.conversation.element)), el("div", { class: "toasts" }));
    this._off = [
      store.on("chats", (whose) => whose === person && this._chatsChanged()),
      store.on("people", () => this.draw()),
      store.on("press", (press) => press.person === person && press.press.answered && this.conversation.doing.answered(press.press)),
      store.on("migrated", (moved) => this._migrated(moved)),
    ];
    this.conversation.element.hidden = true;
  }

  /** Read the chats and open the remembered one, else the one with the bot. */
  async begin({ chat = null, thread = undefined } = {}) {
    this.draw();
    await this.store.loadChats(this.person);
    if (chat !== null && this.store.chat(this.person, chat)) await this.open(chat, thread);
  }

  leave() {
    for (const off of this._off) off();
    this.conversation.leave();
    this.store.chats.delete(this.person);
    this.element.remove();
  }

  draw() {
    const name = this.store.people.get(this.person)?.name ?? "";
    this.element.setAttribute("aria-label", t("phone.of", { name }));
    this.rows.setAttribute("aria-label", t("chats.of", { name }));
    this.nothing.textContent = t("choose_chat");
    this.bar.replaceChildren(
      avatar(this.person, name, "small"),
      el("span", { class: "phone-words" }, el("h2", {}, name), el("span", {}, roleOf(this.store, this.person))),
      iconButton("close", t("phone.close", { name }), this.putAway, { class: "icon-button put-away" }),
    );
    this._drawRows();
  }

  _drawRows() {
    const { chatId: chat, thread } = this.conversation;
    const chats = this.store.chats.get(this.person) ?? [];
    const focused = document.activeElement?.closest?.(".chat-row")?.dataset.chat;
    const had = focused && this.rows.contains(document.activeElement);
    this.rows.replaceChildren(...chatRows(this.store, this.person, chats, { chat, thread }, (id, topic) => this.open(id, topic)));
    if (had) this.rows.querySelector(`[data-chat="${focused}"]`)?.focus({ preventScroll: true });
  }

  _chatsChanged() {
    this._drawRows();
    const open = this.conversation.chatId;
    if (open === null) return;
    if (this.store.chat(this.person, open)) this.conversation.drawAll();
    else this._gone(open);
  }

  /** The open chat is no longer this person's: they were removed, or left. */
  _gone(chat) {
    this.lost = chat;
    toast(this.element, t("chat.gone"));
    this.closeChat();
  }

  _migrated({ people, from_chat_id: from, to_chat_id: to }) {
    if (!people.includes(this.person) || ![this.conversation.chatId, this.lost].includes(from)) return; // or it went first
    this.lost = null;
    this.conversation.chatId = to; // so that the list without the old group does not close the chat
    this.store.loadChats(this.person).then(() => this.open(to)).catch(() => this.store.emit("offline"));
  }

  async open(chat, thread = undefined) {
    this.element.classList.add("in-chat");
    this.conversation.element.hidden = false;
    this.nothing.hidden = true;
    const reading = this.conversation.show(chat, thread);
    this._drawRows();
    this.kept();
    await reading.catch(() => this.store.emit("offline"));
  }

  closeChat() {
    this.conversation.leave();
    this.conversation.element.hidden = true;
    this.nothing.hidden = false;
    this.element.classList.remove("in-chat");
    this._drawRows();
    this.kept();
    this.rows.querySelector("button")?.focus();
  }

  /** What to remember of this phone. */
  state() {
    const { chatId: chat, thread } = this.conversation;
    return { person: this.person, chat, ...(thread === undefined ? {} : { thread }) };
  }

  /** Everything may have changed: read again. */
  async refresh() {
    await this.store.loadChats(this.person);
    const { chatId: chat, thread } = this.conversation;
    if (chat !== null) await this.open(chat, thread);
  }
}
