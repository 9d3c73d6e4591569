// The line at the bottom of a chat: text, attachments, commands, the bot's keyboard, START, reply and edit bars.

import { attachMenu, choosePhotos, recordVoice } from "./attach.js";
import { el, icon, iconButton } from "./dom.js";
import { t } from "./words.js";

const TALLEST = 160;
const LONGEST = 4096;

/** The composer of one conversation; `chat()` says the ChatView, `doing` (see actions.js) acts. */
export class Composer {
  constructor(doing, chat) {
    this.doing = doing;
    this.chat = chat;
    this.replyTo = null;
    this.editing = null;
    this.commands = [];
    this.keyboardOpen = true;
    this.drafts = new Map(); // window key -> what was typed and not yet sent
    this.input = el("textarea", { rows: "1", maxlength: String(LONGEST), class: "composer-text", dir: "auto", enterkeyhint: "send" });
    this.input.addEventListener("keydown", (event) => this._key(event));
    this.input.addEventListener("input", () => this._typed());
    this.input.addEventListener("paste", (event) => this._pasted(event));
    this.bar = el("div", { class: "reply-bar", hidden: true });
    this.suggestions = el("div", { class: "suggestions", role: "listbox", hidden: true });
    this.line = el("div", { class: "composer-line" });
    this.keys = el("div", { class: "reply-keyboard", role: "group" });
    this.element = el("footer", { class: "composer" }, this.suggestions, this.bar, this.line, this.keys);
  }

  /** Draw what this chat allows. */
  render() {
    const chat = this.chat();
    this.keys.setAttribute("aria-label", t("keyboard.label"));
    this.suggestions.setAttribute("aria-label", t("commands"));
    if (chat.bot_id && chat.blocked) this._only(t("unblock"), () => this.doing.unblock());
    else if (chat.bot_id && !chat.started) this._only(t("start"), () => this.doing.start(""));
    else if (!chat.may_send) this.line.replaceChildren(el("p", { class: "composer-note" }, t("may_not_send")));
    else this._field(chat);
    this._keyboard(chat);
    this._bar();
  }

  _only(label, press) {
    const button = el("button", { type: "button", class: "start-button", on: { click: press } }, label);
    if (this.line.textContent !== label) this.line.replaceChildren(button);
  }

  _field(chat) {
    const words = chat.keyboard?.placeholder ?? t("write");
    this.input.placeholder = words;
    this.input.setAttribute("aria-label", words);
    if (this.line.contains(this.input) && this._shape === this._shapeOf(chat)) return;
    this._shape = this._shapeOf(chat);
    const menu = this.commands.length ? iconButton("slash", t("commands"), () => this._listCommands()) : "";
    const keyboard = chat.keyboard ? iconButton("keyboard", t("keyboard.toggle"), () => this._toggleKeyboard(), { "aria-expanded": String(this.keyboardOpen) }) : "";
    this.voice = iconButton("mic", t("voice.record"), () => recordVoice(this.doing, this.doing.where()));
    this.sendButton = iconButton("send", t("send"), () => this.submit());
    const attach = iconButton("attach", t("attach"), (event) => attachMenu(event.currentTarget, this.doing, this._where()), { "aria-haspopup": "menu" });
    this.line.replaceChildren(attach, this.input, ...[menu, keyboard].filter(Boolean), this.voice, this.sendButton);
    this._typed();
  }

  _shapeOf(chat) {
    return JSON.stringify([this.commands.length > 0, Boolean(chat.keyboard), this.keyboardOpen, t("send")]);
  }

  /** Another chat: its own draft, no reply, no edit. */
  turnTo(key) {
    this.clearBar();
    if (this.key) this.drafts.set(this.key, this.input.value);
    this.key = key;
    this.input.value = this.drafts.get(key) ?? "";
    this.suggestions.hidden = true;
  }

  // -- text -----------------------------------------------------------------------------------------------------------

  _key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (!this._chooseFirst()) this.submit();
    } else if (event.key === "Escape" && (this.replyTo || this.editing || !this.suggestions.hidden)) {
      event.stopPropagation();
      this.clearBar();
      this.suggestions.hidden = true;
    } else if (event.key === "ArrowUp" && this.input.value === "") {
      this.doing.editLast();
    }
  }

  _typed() {
    this.input.style.height = "auto";
    if (this.input.scrollHeight) this.input.style.height = `${Math.min(this.input.scrollHeight, TALLEST)}px`;
    const written = this.input.value.trim() !== "";
    if (this.voice) this.voice.hidden = written || Boolean(this.editing);
    if (this.sendButton) this.sendButton.hidden = !written && !this.editing;
    const start = /^\/(\w*)$/.exec(this.input.value);
    this._suggest(start ? this.commands.filter((one) => one.command.startsWith(start[1])) : []);
  }

  _suggest(commands) {
    this.suggestions.hidden = commands.length === 0;
    this.suggestions.replaceChildren(...commands.map((one) =>
      el("button", { type: "button", role: "option", "aria-selected": "false", on: { click: () => this._command(one) } },
        el("strong", {}, `/${one.command}`), el("span", {}, one.description))));
  }

  _chooseFirst() {
    const [only, other] = this.suggestions.querySelectorAll("button");
    const typed = this.input.value.trim();
    const exact = this.commands.some((one) => `/${one.command}` === typed);
    if (this.suggestions.hidden || !only || other || exact) return false;
    only.click();
    return true;
  }

  _listCommands() {
    if (this.suggestions.hidden) this._suggest(this.commands);
    else this.suggestions.hidden = true;
    this.suggestions.querySelector("button")?.focus();
  }

  _command(one) {
    const inGroup = this.chat().kind !== "private";
    this.suggestions.hidden = true;
    this.input.value = "";
    this._typed();
    this.doing.sendText(inGroup ? `/${one.command}@${one.bot_username}` : `/${one.command}`, this._where());
    this.input.focus();
  }

  async submit() {
    const text = this.input.value.trim();
    if (!text) return;
    const [editing, where] = [this.editing, this._where()];
    this.input.value = "";
    this.clearBar();
    this._typed();
    const done = editing ? await this.doing.editText(editing, text) : await this.doing.sendText(text, where);
    if (!done && this.input.value === "") this.input.value = text; // refused: nothing typed is lost
    this._typed();
  }

  _pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    choosePhotos(this.doing, this._where(), files);
  }

  /** Where the next message goes: topic, and what it answers. */
  _where() {
    const forced = this.chat().force_reply_to;
    return { ...this.doing.where(), reply_to: this.replyTo?.id ?? forced ?? null };
  }

  // -- reply and edit -------------------------------------------------------------------------------------------------

  reply(message) {
    this.replyTo = message;
    this.editing = null;
    this._bar();
    this.input.focus();
  }

  edit(message) {
    this.editing = message;
    this.replyTo = null;
    this.input.value = message.text ?? "";
    this._bar();
    this._typed();
    this.input.focus();
  }

  clearBar() {
    if (this.editing) this.input.value = "";
    this.replyTo = this.editing = null;
    this._bar();
    this._typed();
  }

  _bar() {
    const message = this.editing ?? this.replyTo;
    this.bar.hidden = !message;
    if (!message) return;
    const title = this.editing ? t("edit.bar") : t("reply.bar", { name: message.sender?.name ?? "" });
    const words = message.text ?? t(message.media ? `media.${message.media.kind}` : "message");
    this.bar.replaceChildren(
      icon(this.editing ? "edit" : "reply"),
      el("span", { class: "reply-words" }, el("strong", {}, title), el("span", {}, words)),
      iconButton("close", t("cancel"), () => this.clearBar()),
    );
  }

  // -- the bot's keyboard ---------------------------------------------------------------------------------------------

  _toggleKeyboard() {
    this.keyboardOpen = !this.keyboardOpen;
    this.render();
  }

  _keyboard(chat) {
    const shape = JSON.stringify(chat.keyboard);
    this.keys.hidden = !chat.keyboard || !this.keyboardOpen || !chat.may_send;
    if (this._shownKeys === shape) return;
    if (this._shownKeys !== undefined && chat.keyboard) this.keys.hidden = !(this.keyboardOpen = true);
    this._shownKeys = shape;
    const signs = { contact: "person", location: "place" };
    const rows = (chat.keyboard?.rows ?? []).map((row, at) =>
      el("div", { class: "key-row" }, row.map((key, column) =>
        el("button", { type: "button", class: "key", on: { click: () => this.doing.tapKey(key, at, column) } },
          key.kind in signs ? icon(signs[key.kind]) : "", key.label))));
    this.keys.replaceChildren(...rows);
  }
}
