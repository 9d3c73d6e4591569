// Scanning a two-dimensional code that one telephone shows with another, as at a counter.

import { alertDialog, openDialog } from "./dialog.js";
import { el } from "./dom.js";
import { avatar, roleOf } from "./faces.js";
import { t } from "./words.js";

const MODULE = "/playground/scanner/jsQR.js";

/** Ask who scans the picture; `follow(person, address)` opens what the code says on that person's phone. */
export async function scanWithAnother(store, owner, picture, follow) {
  const address = await readCode(picture).catch(() => null);
  if (!address) return alertDialog(t("scan"), t("scan.nothing"));
  const choose = (person) => {
    dialog.close();
    follow(person.id, address);
  };
  const others = [...store.people.values()].filter((person) => person.id !== owner);
  const body = others.map((person) =>
    el("button", { type: "button", class: "card", on: { click: () => choose(person) } }, avatar(person.id, person.name, "small"),
      el("span", { class: "card-words" }, el("strong", {}, person.name), el("span", {}, roleOf(store, person.id)))));
  const dialog = openDialog({ title: t("scan.who"), body, className: "small" });
  return dialog;
}

/** The words in the code of a shown picture, or null where there is none. */
async function readCode(picture) {
  await import(MODULE); // an older kind of module: it puts its one function into the window
  await picture.decode();
  const canvas = new OffscreenCanvas(picture.naturalWidth, picture.naturalHeight);
  const drawing = canvas.getContext("2d");
  drawing.drawImage(picture, 0, 0);
  const { data, width, height } = drawing.getImageData(0, 0, canvas.width, canvas.height);
  return self.jsQR(data, width, height)?.data ?? null;
}
