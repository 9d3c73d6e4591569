// Dialogs, menus and toasts; native <dialog> keeps the focus inside and hears Escape.

import { el, icon, iconButton } from "./dom.js";
import { t } from "./words.js";

const TOAST_MILLISECONDS = 3500;

/** Show a dialog; returns {element, close}. `actions`: [{label, press, primary, danger}]; press may return false to stay. */
export function openDialog({ title, body, actions = [], className = "", onClose = null }) {
  const element = el("dialog", { class: `dialog ${className}`, "aria-label": title });
  const close = () => element.open && element.close();
  const buttons = actions.map((action) =>
    el("button", {
      type: "button",
      class: `action ${action.primary ? "primary" : ""} ${action.danger ? "danger" : ""}`,
      on: { click: async () => (await action.press?.()) !== false && close() },
    }, action.label));
  const head = el("header", {}, el("h2", {}, title), iconButton("close", t("close"), close));
  element.append(head, el("div", { class: "dialog-body" }, body), buttons.length ? el("footer", {}, buttons) : "");
  element.addEventListener("click", (event) => event.target === element && close());
  element.addEventListener("close", () => {
    element.remove();
    onClose?.();
  });
  document.body.append(element);
  element.showModal();
  return { element, close };
}

/** Show words that have to be confirmed, as a bot's alert. */
export function alertDialog(title, words) {
  const body = el("p", { class: "alert-words" }, words);
  return openDialog({ title, body, className: "small", actions: [{ label: t("ok"), primary: true }] });
}

/** Ask a question; the promise says whether it was confirmed. */
export function confirmDialog(title, words, label, danger = false) {
  return new Promise((resolve) => {
    let confirmed = false;
    const actions = [{ label: t("cancel") }, { label, primary: !danger, danger, press: () => { confirmed = true; } }];
    openDialog({ title, body: el("p", {}, words), className: "small", actions, onClose: () => resolve(confirmed) });
  });
}

/** Ask for one line of text; the promise gives it, or null. */
export function askText(title, label, value = "") {
  return new Promise((resolve) => {
    let given = null;
    const input = el("input", { type: "text", class: "field", "aria-label": label, maxlength: "128" });
    input.value = value;
    const take = () => { given = input.value.trim() || null; };
    const actions = [{ label: t("cancel") }, { label: t("ok"), primary: true, press: take }];
    const shown = openDialog({ title, body: el("label", { class: "labelled" }, label, input), className: "small", actions, onClose: () => resolve(given) });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      take();
      shown.close();
    });
    input.focus();
  });
}

/** Show a short word over `frame` for a few seconds; screen readers hear it. */
export function toast(frame, words) {
  const bubble = el("div", { class: "toast", role: "status" }, words);
  frame.querySelector(".toasts").append(bubble);
  setTimeout(() => bubble.remove(), TOAST_MILLISECONDS);
}

/** Open a menu beside `anchor`; `items`: [{label, icon, press, danger, checked}]. */
export function openMenu(anchor, items) {
  closeMenus();
  const menu = el("div", { class: "menu", role: "menu", tabindex: "-1" }, items.map(menuItem));
  document.body.append(menu);
  stand(menu, anchor.getBoundingClientRect());
  menu.addEventListener("keydown", (event) => walk(menu, event, anchor));
  menu.addEventListener("click", () => menu.remove());
  setTimeout(() => addEventListener("pointerdown", leave), 0);
  menu.querySelector("button")?.focus();

  function leave(event) {
    if (menu.contains(event.target)) return;
    menu.remove();
    removeEventListener("pointerdown", leave);
  }
}

export const closeMenus = () => document.querySelectorAll(".menu").forEach((menu) => menu.remove());

function menuItem({ label, icon: sign, press, danger }) {
  const properties = { type: "button", role: "menuitem", class: danger ? "danger" : "", on: { click: press } };
  return el("button", properties, sign ? icon(sign) : "", label);
}

function stand(menu, beside) {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const left = Math.max(8, Math.min(beside.left, innerWidth - width - 8));
  const below = beside.bottom + 4 + height < innerHeight;
  const top = below ? beside.bottom + 4 : Math.max(8, beside.top - height - 4);
  menu.style.left = `${left}px`;
  menu.style.top = `${top}px`;
}

function walk(menu, event, anchor) {
  const items = [...menu.querySelectorAll("button")];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (next !== undefined) {
    event.preventDefault();
    items.at(next % items.length).focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    menu.remove();
    anchor.focus?.();
  }
}
