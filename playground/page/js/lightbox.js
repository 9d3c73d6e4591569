// Photos in full size; arrow keys walk through those of the chat.

import { el, iconButton } from "./dom.js";
import { fullMoment } from "./moments.js";
import { t } from "./words.js";

/** Open `photos` (messages) at `current`. `scan(picture)`, where there is one, holds another phone before the picture. */
export function showPhotos(photos, current, scan = null) {
  let at = Math.max(0, photos.findIndex((one) => one.id === current.id && one.chat_id === current.chat_id));
  const picture = el("img", { alt: "" });
  const caption = el("figcaption", { "aria-live": "polite" });
  const dialog = el("dialog", { class: "lightbox", "aria-label": t("photo.large") });
  const close = () => dialog.close();

  const show = (index) => {
    at = (index + photos.length) % photos.length;
    const { media, sender, date, text } = photos[at];
    picture.src = media.url;
    picture.alt = text ?? t("photo.by", { name: sender?.name ?? "" });
    caption.textContent = [sender?.name, fullMoment(date), text].filter(Boolean).join(" · ");
  };
  const step = (by, sign, label) => iconButton("back", label, () => show(at + by), { class: `icon-button step ${sign}` });
  const steps = photos.length > 1 ? [step(-1, "previous", t("photo.previous")), step(1, "next", t("photo.next"))] : [];
  const hold = () => {
    close();
    scan(picture);
  };
  const scanning = scan ? [el("button", { type: "button", class: "action primary scan", on: { click: hold } }, t("scan"))] : [];
  dialog.append(iconButton("close", t("close"), close), el("figure", {}, picture, caption, ...scanning), ...steps);
  dialog.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) show(at + by);
  });
  dialog.addEventListener("click", (event) => event.target.closest("img, button") || close());
  dialog.addEventListener("close", () => dialog.remove());
  show(at);
  document.body.append(dialog);
  dialog.showModal();
}
