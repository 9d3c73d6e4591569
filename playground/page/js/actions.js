// What one person does in one chat window: each action asks the server and says why when it refuses.

import * as api from "./api.js";
import { buttonKey } from "./buttons.js";
import { alertDialog, askText, confirmDialog, openDialog, openMenu, toast } from "./dialog.js";
import { el } from "./dom.js";
import { choosePlace } from "./places.js";
import { t } from "./words.js";

const SAFE_LINK = /^(https?|mailto|tel):/i;
const REACTIONS = ["👍", "❤️", "🙏", "🎉", "😢"];
const BOT_LINK = /^(?:https?:\/\/(?:t|telegram)\.me\/|tg:\/\/resolve\?domain=)(\w+)(?:[?&](start|startgroup)=([\w-]*))?/i;

/** The hands of `person` in the chat that `window_` (a Conversation) shows. */
export class Actions {
  constructor(store, person, window_) {
    this.store = store;
    this.person = person;
    this.window = window_;
  }

  get chat() {
    return this.window.chatId;
  }

  where() {
    return { thread: this.window.thread ?? null };
  }

  /** Do it and give the answer; a refusal is shown and gives null. */
  async try(promise) {
    try {
      return await promise;
    } catch (problem) {
      toast(this.window.frame, t("refused", { reason: problem.message }));
      return null;
    }
  }

  do(action, fields = {}, files = []) {
    return this.try(api.act(this.person, action, { chat: this.chat, ...fields }, files));
  }

  sendText = (text, where) => this.do("send_text", { text, ...where });
  sendVoice = (file, duration, where) => this.do("send_voice", { duration, ...where }, [file]);
  sendPlace = (place, where) => this.do("send_location", { ...place, ...where });
  movePlace = (message, place) => this.try(api.act(this.person, "move_location", { chat: message.chat_id, message: message.id, ...place }));
  stopPlace = (message) => this.try(api.act(this.person, "stop_location", { chat: message.chat_id, message: message.id }));
  editText = (message, text) => this.try(api.act(this.person, "edit_text", { chat: message.chat_id, message: message.id, text }));
  start = (payload) => this.try(api.act(this.person, "start", { bot: this.chat, payload }));
  unblock = () => this.try(api.act(this.person, "unblock", { bot: this.chat }));
  block = () => this.try(api.act(this.person, "block", { bot: this.chat }));

  sendPhotos(files, caption, where) {
    const fields = { caption, ...where };
    if (files.length > 1 && files.every((file) => file.type.startsWith("image/"))) return this.do("send_album", fields, files);
    const each = files.map((file, at) => this.sendOne(file, at === 0 ? fields : where));
    return Promise.all(each);
  }

  sendOne(file, fields) {
    return this.do(file.type.startsWith("video/") ? "send_video" : "send_photo", fields, [file]);
  }

  sendFile = (file, where) => this.do("send_document", where, [file]);

  sendContact(person, where) {
    const { phone, first_name, last_name, id } = person;
    return this.do("send_contact", { phone, first_name, last_name, of_person: id, ...where });
  }

  // -- buttons and keys -----------------------------------------------------------------------------------------------

  press(message, button, row, column) {
    if (button.kind === "callback") {
      const request = api.act(this.person, "press", { chat: message.chat_id, message: message.id, row, column });
      return this.try(this.window.presses.press(buttonKey(message, row, column), request));
    }
    if (button.kind === "copy") return this.copy(button.copy_text);
    this.follow(button.url);
    return null;
  }

  answered(press) {
    this.window.presses.answered(press.id);
    if (press.chat_id !== this.chat) return;
    this.follow(press.url);
    if (!press.text) return;
    if (press.alert) alertDialog(this.window.view()?.title ?? "", press.text);
    else toast(this.window.frame, press.text);
  }

  async tapKey(key, row, column) {
    const fields = { row, column };
    if (key.kind === "contact" && !(await confirmDialog(t("contact.ask"), t("contact.why"), t("contact.share")))) return;
    if (key.kind === "location") {
      const place = await choosePlace(this.store, this.person);
      if (!place) return;
      Object.assign(fields, place);
    }
    await this.do("tap_key", fields);
  }

  // -- links ----------------------------------------------------------------------------------------------------------

  command = (text) => this.sendText(text, this.where());

  /** Follow a link to a bot of this world inside the playground; says whether it was one. */
  open(address) {
    const [, username, kind, payload] = BOT_LINK.exec(address) ?? [];
    const bot = [...this.store.bots.values()].find((one) => one.username.toLowerCase() === username?.toLowerCase());
    if (!bot) return false;
    this.window.openChat(bot.id);
    if (kind === "start" && payload) this.try(api.act(this.person, "start", { bot: bot.id, payload }));
    return true;
  }

  /** Follow any address: a bot's in the playground, others in a new tab. */
  follow(address) {
    if (address && !this.open(address) && SAFE_LINK.test(address)) window.open(address, "_blank", "noopener,noreferrer");
  }

  async copy(text) {
    await navigator.clipboard.writeText(text ?? "").catch(() => null);
    toast(this.window.frame, t("copied"));
  }

  jump = (id) => this.window.jump(id);

  /** What an answered message without text or file was, as far as it is still known. */
  summary(id) {
    const message = this.window.shownMessages().find((one) => one.id === id);
    return t(message?.location ? "media.place" : message?.contact ? "media.contact" : "message");
  }

  // -- a message's menu -----------------------------------------------------------------------------------------------

  menu(message, anchor) {
    const mine = message.sender?.id === this.person;
    const window_ = this.window;
    const items = [
      { label: t("reply"), icon: "reply", press: () => window_.composer.reply(message), when: window_.view()?.may_send },
      { label: t("copy"), icon: "copy", press: () => this.copy(message.text), when: message.text },
      { label: t("edit"), icon: "edit", press: () => window_.composer.edit(message), when: mine && (message.text || message.media) },
      { label: t("place.move"), icon: "place", press: () => this.chooseMove(message), when: mine && message.location?.live },
      { label: t("place.stop"), icon: "close", press: () => this.stopPlace(message), when: mine && message.location?.live },
      { label: t("react"), icon: "plus", press: () => this.react(message) },
      { label: t("forward"), icon: "forward", press: () => this.forward(message) },
      { label: t("forge"), icon: "tools", press: () => this.forge(message), when: message.sender?.is_bot && message.buttons.length },
      { label: t("delete"), icon: "trash", press: () => this.delete(message), danger: true, when: mine || message.chat_id > 0 },
    ];
    openMenu(anchor, items.filter((item) => !("when" in item) || item.when));
  }

  async chooseMove(message) {
    const place = await choosePlace(this.store, this.person, message.location, t("place.move"));
    if (place) await this.movePlace(message, place);
  }

  async delete(message) {
    if (!(await confirmDialog(t("delete"), t("delete.sure"), t("delete"), true))) return;
    await this.try(api.act(this.person, "delete", { chat: message.chat_id, message: message.id }));
  }

  react(message) {
    const choose = (emoji) => {
      shown.close();
      this.try(api.act(this.person, "react", { chat: message.chat_id, message: message.id, emoji }));
    };
    const buttons = REACTIONS.map((emoji) => el("button", { type: "button", class: "emoji", "aria-label": emoji, on: { click: () => choose(emoji) } }, emoji));
    const none = el("button", { type: "button", class: "action", on: { click: () => choose(null) } }, t("react.none"));
    const shown = openDialog({ title: t("react"), body: el("div", { class: "emojis" }, buttons, none), className: "small" });
  }

  forward(message) {
    const chats = this.store.chats.get(this.person) ?? [];
    const send = async (chat) => {
      shown.close();
      const fields = { chat: chat.id, from_chat: message.chat_id, message: message.id };
      if (await this.try(api.act(this.person, "forward", fields))) this.window.openChat(chat.id);
    };
    const rows = chats.map((chat) => el("button", { type: "button", class: "person-line", on: { click: () => send(chat) } }, chat.title));
    const shown = openDialog({ title: t("forward.to"), body: el("div", { class: "people-lines" }, rows) });
  }

  async forge(message) {
    const data = await askText(t("forge"), t("forge.data"));
    if (data !== null) await this.try(api.act(this.person, "press_forged", { chat: message.chat_id, message: message.id, data }));
  }
}
