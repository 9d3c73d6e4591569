// What a message carries besides text: pictures, voice notes, files, places, telephone numbers.

import { el, icon, iconButton } from "./dom.js";
import { avatar } from "./faces.js";
import { showPhotos } from "./lightbox.js";
import { mapPicture } from "./map_picture.js";
import { showPlace } from "./places.js";
import { lasting } from "./moments.js";
import { t } from "./words.js";

const WIDEST = 330;
const TALLEST = 380;
const BARS = 34;

/** The node for a message's file. */
export function mediaNode(message, scene) {
  const maker = MAKERS[message.media.kind] ?? fileNode;
  return maker(message, scene);
}

const MAKERS = { photo: photoNode, video: videoNode, animation: videoNode, voice: voiceNode, audio: audioNode, document: fileNode };

function photoNode(message, scene) {
  const { url, width, height } = message.media;
  const picture = el("img", { src: url, alt: photoWords(message), loading: "lazy", decoding: "async" });
  if (width && height) {
    const scale = Math.min(WIDEST / width, TALLEST / height, 1);
    picture.style.setProperty("--shown-width", `${Math.max(Math.round(width * scale), 140)}px`);
    picture.style.aspectRatio = `${width} / ${height}`;
  }
  const open = () => showPhotos(scene.photos(), message, scene.scan);
  return el("button", { type: "button", class: "photo", "aria-label": t("photo.open", { words: photoWords(message) }), on: { click: open } }, picture);
}

const photoWords = (message) => message.text ?? t("photo.by", { name: message.sender?.name ?? "" });

function videoNode(message) {
  return el("video", { class: "video", src: message.media.url, controls: true, preload: "metadata", "aria-label": t("media.video") });
}

function audioNode(message) {
  return el("audio", { class: "audio", src: message.media.url, controls: true, preload: "none", "aria-label": message.media.name ?? t("media.audio") });
}

function voiceNode(message) {
  const { url, duration } = message.media;
  const sound = el("audio", { src: url, preload: "none" });
  const time = el("span", { class: "voice-time" }, lasting(duration ?? 0));
  const button = iconButton("play", t("voice.play"), () => (sound.paused ? sound.play() : sound.pause()), { class: "icon-button round" });
  const bars = waveform(url);
  const shown = (playing) => {
    button.replaceChildren(icon(playing ? "pause" : "play"));
    button.setAttribute("aria-label", t(playing ? "voice.pause" : "voice.play"));
  };
  sound.addEventListener("play", () => shown(true));
  for (const end of ["pause", "ended", "error"]) sound.addEventListener(end, () => shown(false));
  sound.addEventListener("timeupdate", () => {
    time.textContent = lasting(sound.currentTime);
    const part = sound.currentTime / (Number.isFinite(sound.duration) ? sound.duration : duration || 1);
    bars.forEach((bar, at) => bar.classList.toggle("played", at / BARS < part));
  });
  return el("div", { class: "voice", role: "group", "aria-label": t("media.voice") }, button, el("span", { class: "waveform", "aria-hidden": "true" }, bars), time, sound);
}

/** Bars that look like speech, the same for the same file. */
function waveform(url) {
  let seed = [...url].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) >>> 0, 7);
  return Array.from({ length: BARS }, (_, at) => {
    seed = (seed * 1103515245 + 12345) >>> 0;
    const height = 3 + Math.round(((seed >>> 16) % 13) * (0.45 + 0.55 * Math.sin((Math.PI * at) / BARS)));
    return el("i", { style: { height: `${height}px` } });
  });
}

function fileNode(message) {
  const { url, name, size } = message.media;
  return el(
    "a",
    { class: "file", href: url, download: name ?? "", rel: "noopener" },
    el("span", { class: "file-sign" }, icon("file")),
    el("span", { class: "file-words" }, el("strong", {}, name ?? t("media.document")), el("span", {}, fileSize(size))),
  );
}

const fileSize = (bytes) => (bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`);

/** A place: a drawn map that opens the large one; a venue has name and address below. */
export function placeCard(message, scene) {
  const { latitude, longitude, title, address } = message.location;
  const open = () => showPlace(scene.store, message.location);
  const label = t("place.open", { words: title ?? `${latitude.toFixed(5)}, ${longitude.toFixed(5)}` });
  return el(
    "div",
    { class: "place" },
    el("button", { type: "button", class: "place-picture", "aria-label": label, on: { click: open } }, mapPicture(scene.store.ground, latitude, longitude)),
    title ? el("div", { class: "venue" }, el("strong", {}, title), el("span", {}, address ?? "")) : "",
  );
}

export function contactCard(message) {
  const { phone, first_name, last_name, person_id } = message.contact;
  const name = [first_name, last_name].filter(Boolean).join(" ");
  return el("div", { class: "contact" }, avatar(person_id ?? 0, name), el("span", {}, el("strong", {}, name), el("span", {}, phone)));
}
