// The shelf of people and the phones that lie open beside each other.

import * as api from "./api.js";
import { openDialog } from "./dialog.js";
import { el, icon, place } from "./dom.js";
import { avatar, roleOf } from "./faces.js";
import { Phone } from "./phone.js";
import { t } from "./words.js";

const KEPT_AS = "youlin.playground.phones";
const MOST_PHONES = 4;
const NARROW = matchMedia("(max-width: 720px)");
const PHONE_WIDTH = 430;
// Who lies open at first: a resident beside the two workers of the first grid.
const FIRST_KEYS = ["resident", "worker_a", "worker_b"];
const GRAND_ROLES = ["resident", "relative", "grid_leader", "grid_worker", "partner_worker", "community_staff", "subdistrict_operator", "admin"];

/** Shelf and phones of one page. */
export class Desk {
  constructor(store) {
    this.store = store;
    this.phones = new Map();
    this.active = null;
    this.shelf = el("nav", { class: "shelf" });
    this.table = el("main", { class: "table" });
    store.on("people", () => this.drawShelf());
    store.on("chats", () => this._drawBadges());
    store.on("scanned", ({ person, address }) => this._follow(person, address));
  }

  /** Open the phones of last time, else the first ones. */
  async begin() {
    const kept = remembered().filter((one) => this.store.people.has(one.person));
    const phones = kept.length ? kept : this._firstPhones();
    await Promise.all(phones.slice(0, MOST_PHONES).map((state) => this.take(state.person, state, false)));
    this.show(this.phones.keys().next().value ?? null);
    this._readUnread();
  }

  _firstPhones() {
    const room = Math.max(1, Math.min(FIRST_KEYS.length, Math.floor((innerWidth - 220) / PHONE_WIDTH)));
    const cast = FIRST_KEYS.map((key) => this.store.ground.cast.find((player) => player.key === key)?.telegram_id);
    const known = cast.filter((id) => this.store.people.has(id));
    const people = known.length ? known : [...this.store.people.keys()];
    const bot = this.store.bots.keys().next().value ?? null;
    return people.slice(0, room).map((person, at) => ({ person, chat: at === 0 ? bot : this._groupOf(person) ?? bot }));
  }

  _groupOf(person) {
    const mine = [...this.store.groups.values()].filter((group) => group.upgraded_to === null && group.members.some((member) => member.id === person));
    return mine[0]?.id ?? null;
  }

  /** People whose phones are not open: count their unread once, afterwards events count. */
  async _readUnread() {
    for (const person of this.store.people.keys()) {
      if (this.phones.has(person)) continue;
      const chats = await api.chats(person).catch(() => []);
      this.store.fresh.set(person, chats.reduce((sum, chat) => sum + chat.unread, 0));
    }
    this._drawBadges();
  }

  /** Take a phone from the shelf; the fifth puts the oldest away. */
  async take(person, state = {}, focus = true) {
    if (!this.phones.has(person)) {
      if (this.phones.size >= MOST_PHONES) this.putAway(this.phones.keys().next().value);
      const phone = new Phone(this.store, person, { kept: () => this._keep(), putAway: () => this.putAway(person) });
      this.phones.set(person, phone);
      this.table.append(phone.element);
      this._layOut();
      await phone.begin(state).catch(() => this.store.emit("offline"));
    }
    if (focus) this.show(person);
  }

  /** Open on somebody's phone what a scanned code says. */
  async _follow(person, address) {
    await this.take(person);
    this.phones.get(person).conversation.doing.follow(address);
  }

  putAway(person) {
    this.phones.get(person)?.leave();
    this.phones.delete(person);
    if (this.active === person) this.show(this.phones.keys().next().value ?? null);
    this._keep();
    this._layOut();
  }

  /** On a narrow screen only one phone is seen; on a wide one it is brought into view. */
  show(person) {
    this.active = person;
    for (const [one, phone] of this.phones) phone.element.classList.toggle("active", one === person);
    this.phones.get(person)?.conversation.drawAll();
    if (!NARROW.matches) this.phones.get(person)?.element.scrollIntoView({ inline: "nearest", block: "nearest" });
    this._drawBadges();
  }

  /** Everything may have changed. */
  async refresh() {
    await Promise.all([...this.phones.values()].map((phone) => phone.refresh()));
    await this._readUnread();
  }

  redraw() {
    this.drawShelf();
    for (const phone of this.phones.values()) {
      phone.draw();
      phone.conversation.drawAll();
    }
  }

  _layOut() {
    this.table.dataset.phones = this.phones.size;
    this.table.classList.toggle("no-phones", this.phones.size === 0);
    this.table.dataset.hint = t("choose_person");
    this._drawBadges();
  }

  _keep() {
    localStorage.setItem(KEPT_AS, JSON.stringify([...this.phones.values()].map((phone) => phone.state())));
    this._layOut();
  }

  // -- the shelf ------------------------------------------------------------------------------------------------------

  drawShelf() {
    this.shelf.setAttribute("aria-label", t("shelf"));
    const people = [...this.store.people.values()].sort((one, other) => this._rank(one) - this._rank(other));
    this.cards = new Map(people.map((person) => [person.id, this._card(person)]));
    const add = el("button", { type: "button", class: "card add", on: { click: () => this._addPerson() } }, el("span", { class: "avatar small plain" }, icon("plus")), el("span", { class: "card-words" }, t("person.new")));
    place(this.shelf, [...this.cards.values(), add]);
    this._layOut();
  }

  _rank(person) {
    const player = this.store.players.get(person.id);
    if (!player) return 1000 + person.id / 1e12;
    const elsewhere = /_\d\d$/.test(player.key) ? 100 : 0;
    return elsewhere + GRAND_ROLES.indexOf(player.role) + person.id / 1e12;
  }

  _card(person) {
    return el("button", { type: "button", class: "card", data: { person: person.id }, on: { click: () => this.take(person.id) } },
      avatar(person.id, person.name, "small"),
      el("span", { class: "card-words" }, el("strong", {}, person.name), el("span", {}, roleOf(this.store, person.id) || (person.username ? `@${person.username}` : ""))),
      el("span", { class: "badge", hidden: true }));
  }

  _drawBadges() {
    for (const [person, card] of this.cards ?? []) {
      const unread = this.store.fresh.get(person) ?? 0;
      const badge = card.querySelector(".badge");
      badge.hidden = unread === 0;
      badge.textContent = unread;
      card.setAttribute("aria-pressed", String(this.phones.has(person)));
      card.classList.toggle("shown", person === this.active);
    }
  }

  _addPerson() {
    const name = el("input", { type: "text", class: "field", maxlength: "64", required: true });
    const phone = el("input", { type: "tel", class: "field", placeholder: "+86…" });
    const code = el("select", { class: "field" }, ["zh-hans", "zh-hant", "en", "fr"].map((one) => el("option", { value: one }, one)));
    const press = async () => {
      if (!name.value.trim()) return false;
      const person = await api.addPerson({ first_name: name.value.trim(), phone: phone.value.trim() || null, language_code: code.value });
      await this.store.loadWorld();
      return this.take(person.id).then(() => true);
    };
    const body = [[t("person.name"), name], [t("person.phone"), phone], [t("person.language"), code]].map(([label, field]) => el("label", { class: "labelled" }, label, field));
    openDialog({ title: t("person.new"), body, className: "small", actions: [{ label: t("cancel") }, { label: t("ok"), primary: true, press }] });
  }
}

function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT_AS) ?? "[]");
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}
