// What the page knows of the world, and who wants to hear when it changes.

import * as api from "./api.js";

const CHATS_PAUSE_MILLISECONDS = 40;
const TYPING_MILLISECONDS = 5500;
const PAGE = 60;

export const windowKey = (person, chat) => `${person}/${chat}`;
export const messageKey = (message) => `${message.chat_id}:${message.id}`;

/** Holds people, chats and messages; `on(topic, hear)` hears of `people`, `chats`, `window:…`, `typing`, `press`. */
export class Store {
  constructor() {
    this.people = new Map();
    this.bots = new Map();
    this.groups = new Map();
    this.players = new Map(); // telegram id -> what the cast says of them
    this.setting = { leaflet: false, staff_url: null, samples: [], telephones: false, devices: false };
    this.ground = { name: null, time_zone: null, cast: [], grids: [], buildings: [], places: [] };
    this.chats = new Map(); // person -> [ChatView]
    this.windows = new Map(); // window key -> {messages: Map, more, loading}
    this.typing = new Map(); // window key -> Map(bot id -> {action, thread})
    this.startingOver = false; // asked for; until another run answers
    this.fresh = new Map(); // person -> unread of people whose phone is not open
    this.pressing = new Map(); // press id -> what to do with the answer
    this._waiting = new Map();
    this._asked = new Map(); // person -> number of the newest request for their chats
    this._late = new Map(); // window key -> changes that came while it was being read
    this._hearers = new Map();
  }

  on(topic, hear) {
    if (!this._hearers.has(topic)) this._hearers.set(topic, new Set());
    this._hearers.get(topic).add(hear);
    return () => this._hearers.get(topic).delete(hear);
  }

  emit(topic, content) {
    for (const hear of [...(this._hearers.get(topic) ?? [])]) hear(content);
  }

  // -- reading ------------------------------------------------------------------------------------------------------

  async loadWorld() {
    const [people, bots, groups] = await Promise.all([api.people(), api.bots(), api.groups()]);
    this.people = new Map(people.map((person) => [person.id, person]));
    this.bots = new Map(bots.map((bot) => [bot.id, bot]));
    this.groups = new Map(groups.map((group) => [group.id, group]));
    this.emit("people");
  }

  async loadSetting() {
    [this.setting, this.ground] = await Promise.all([api.setting(), api.community()]);
    this.players = new Map(this.ground.cast.map((player) => [player.telegram_id, player]));
    this.emit("people");
  }

  async loadChats(person) {
    const number = (this._asked.get(person) ?? 0) + 1;
    this._asked.set(person, number);
    const chats = await api.chats(person);
    if (this._asked.get(person) !== number) return; // a newer answer is on its way
    this.chats.set(person, chats);
    this.fresh.set(person, chats.reduce((sum, chat) => sum + chat.unread, 0));
    this.emit("chats", person);
  }

  /** Read a person's chats soon; several wishes in a row become one request. */
  wantChats(person) {
    if (this._waiting.has(person)) return;
    this._waiting.set(person, setTimeout(() => {
      this._waiting.delete(person);
      this.loadChats(person).catch(() => this.emit("offline"));
    }, CHATS_PAUSE_MILLISECONDS));
  }

  chat(person, chat) {
    return (this.chats.get(person) ?? []).find((one) => one.id === chat) ?? null;
  }

  /** Read a window anew; what happens while the answer travels is applied on top of it. */
  async loadWindow(person, chat) {
    const key = windowKey(person, chat);
    const late = [];
    this._late.set(key, late);
    const list = await api.messages(person, chat, null, PAGE);
    const messages = new Map(list.map((message) => [messageKey(message), message]));
    for (const change of late) change(messages);
    if (this._late.get(key) === late) this._late.delete(key);
    this.windows.set(key, { messages, more: list.length === PAGE });
    this.emit(`window:${key}`);
  }

  _change(key, change) {
    this._late.get(key)?.push(change);
    const known = this.windows.get(key);
    if (known) change(known.messages);
    if (known) this.emit(`window:${key}`);
  }

  /** Read the messages above the oldest shown one. */
  async loadOlder(person, chat) {
    const known = this.windows.get(windowKey(person, chat));
    const oldest = known?.messages.values().next().value;
    if (!known?.more || known.loading || !oldest || oldest.chat_id !== chat) return;
    known.loading = true;
    const list = await api.messages(person, chat, oldest.id, PAGE).catch(() => []);
    known.messages = new Map([...list.map((message) => [messageKey(message), message]), ...known.messages]);
    known.more = list.length === PAGE;
    known.loading = false;
    this.emit(`window:${windowKey(person, chat)}`);
  }

  messages(person, chat) {
    return [...(this.windows.get(windowKey(person, chat))?.messages.values() ?? [])];
  }

  // -- hearing ------------------------------------------------------------------------------------------------------

  /** Take in one event of the live line. */
  hear(kind, content) {
    const takers = { message: this._message, edited: this._message, deleted: this._deleted, chat: this._chat };
    const others = { migrated: this._migrated, pressed: this._press, answered: this._press, typing: this._typing };
    ({ ...takers, ...others })[kind]?.call(this, content, kind);
  }

  _message({ people, message }, kind) {
    for (const person of people) {
      this._put(person, message, kind);
      if (kind === "message" && message.sender?.is_bot) this._stopTyping(windowKey(person, message.chat_id));
      this._moved(person, kind === "message" && message.sender?.id !== person);
    }
  }

  /** An edit of a message above what was read is left for when that is read. */
  _put(person, message, kind) {
    const key = messageKey(message);
    this._change(windowKey(person, message.chat_id), (messages) => {
      if (kind === "message" || messages.has(key)) messages.set(key, message);
    });
  }

  /** A chat of this person moved: read the list again when it is shown, else count. */
  _moved(person, isNews) {
    if (this.chats.has(person)) return this.wantChats(person);
    if (isNews) this.fresh.set(person, (this.fresh.get(person) ?? 0) + 1);
    if (isNews) this.emit("chats", person);
  }

  _deleted({ people, chat_id, message_ids }) {
    for (const person of people) {
      const key = windowKey(person, chat_id);
      this._change(key, (messages) => message_ids.forEach((id) => messages.delete(`${chat_id}:${id}`)));
      this._moved(person, false);
    }
  }

  _chat({ people, chat_id }) {
    for (const person of people) {
      this._moved(person, false);
      this.emit(`menu:${windowKey(person, chat_id)}`);
    }
    if (chat_id < 0) this.emit("group", chat_id);
  }

  _migrated(content) {
    for (const person of content.people) this._moved(person, false);
    this.emit("migrated", content);
  }

  _press({ people, press }) {
    this.emit("press", { person: people[0], press });
  }

  _typing({ people, chat_id, bot_id, action, thread }) {
    for (const person of people) {
      const key = windowKey(person, chat_id);
      this._stopTyping(key);
      const timer = setTimeout(() => this._stopTyping(key), TYPING_MILLISECONDS);
      this.typing.set(key, { bot_id, action, thread, timer });
      this.emit(`typing:${key}`);
    }
  }

  _stopTyping(key) {
    clearTimeout(this.typing.get(key)?.timer);
    if (this.typing.delete(key)) this.emit(`typing:${key}`);
  }
}
