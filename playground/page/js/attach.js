// Sending more than text: photos of one's own or from the shelf, files, a voice note, a place, a telephone number.

import { openDialog, openMenu } from "./dialog.js";
import { el, iconButton } from "./dom.js";
import { choosePlace } from "./places.js";
import { t } from "./words.js";

const MOST_IN_ALBUM = 10;
const LONGEST_CAPTION = 1024;
const SAMPLE_VOICE_SECONDS = 2;
const LIVE_SECONDS = 900;

/** The menu of the paper clip. */
export function attachMenu(anchor, doing, where) {
  openMenu(anchor, [
    { label: t("attach.photo"), icon: "photo", press: () => choosePhotos(doing, where) },
    { label: t("attach.file"), icon: "file", press: () => pickFiles("", (files) => files.forEach((file) => doing.sendFile(file, where))) },
    { label: t("attach.place"), icon: "place", press: () => sendPlace(doing, where) },
    { label: t("attach.live"), icon: "place", press: () => shareLive(doing, where) },
    { label: t("attach.contact"), icon: "person", press: () => chooseContact(doing, where) },
    { label: t("attach.voice"), icon: "mic", press: () => recordVoice(doing, where) },
  ]);
}

export async function sendPlace(doing, where) {
  const place = await choosePlace(doing.store, doing.person);
  if (place) await doing.sendPlace(place, where);
}

async function shareLive(doing, where) {
  const place = await choosePlace(doing.store, doing.person);
  if (place) await doing.sendPlace({ ...place, live_seconds: LIVE_SECONDS }, where);
}

function pickFiles(accept, take) {
  const input = el("input", { type: "file", multiple: true, accept });
  input.addEventListener("change", () => take([...input.files]));
  input.click();
}

/** Choose photos (own files, or samples that need none), write a caption, send one or an album. */
export function choosePhotos(doing, where, first = []) {
  const chosen = [];
  const strip = el("div", { class: "chosen", role: "list", "aria-label": t("photos.chosen") });
  const shelf = sampleShelf(doing.store, (file) => add([file]));
  const caption = el("input", { type: "text", class: "field", maxlength: String(LONGEST_CAPTION), placeholder: t("caption"), "aria-label": t("caption"), dir: "auto" });
  const note = el("p", { class: "note", role: "status" });
  const own = el("button", { type: "button", class: "action", on: { click: () => pickFiles("image/*,video/*", add) } }, t("photos.own"));

  function add(files) {
    const pictures = files.filter((file) => /^(image|video)\//.test(file.type));
    note.textContent = chosen.length + pictures.length > MOST_IN_ALBUM ? t("photos.most") : pictures.length < files.length ? t("photos.only") : "";
    chosen.push(...pictures.slice(0, MOST_IN_ALBUM - chosen.length));
    draw();
  }

  function draw() {
    strip.replaceChildren(...chosen.map((file, at) => {
      const picture = el("img", { alt: file.name, src: URL.createObjectURL(file) });
      picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
      const drop = iconButton("close", t("photos.drop", { name: file.name }), () => { chosen.splice(at, 1); draw(); });
      return el("div", { class: "chosen-photo", role: "listitem" }, picture, drop);
    }));
    strip.hidden = chosen.length === 0;
    const send = shown.element.querySelector("footer .primary");
    send.disabled = chosen.length === 0;
    send.textContent = chosen.length > 1 ? t("photos.send", { count: chosen.length }) : t("send");
  }

  const press = () => { doing.sendPhotos([...chosen], caption.value.trim() || null, where); };
  const shown = openDialog({
    title: t("attach.photo"),
    body: [strip, shelf, el("div", { class: "photo-line" }, own, caption), note],
    className: "wide photos",
    actions: [{ label: t("cancel") }, { label: t("send"), primary: true, press }],
  });
  caption.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing && chosen.length) shown.element.querySelector("footer .primary").click();
  });
  shown.element.addEventListener("dragover", (event) => event.preventDefault());
  shown.element.addEventListener("drop", (event) => {
    event.preventDefault();
    add([...event.dataTransfer.files]);
  });
  draw();
  add(first);
}

function sampleShelf(store, take) {
  const samples = store.setting.samples.map((name) => {
    const address = `/playground/samples/${name}.jpg`;
    const press = async () => {
      const content = await (await fetch(address)).blob();
      take(new File([content], `${name}.jpg`, { type: "image/jpeg" }));
    };
    return el("button", { type: "button", class: "sample", data: { sample: name }, on: { click: press } },
      el("img", { src: address, alt: "", loading: "lazy" }), el("span", {}, t(`sample.${name}`)));
  });
  return el("div", { class: "samples", role: "group", "aria-label": t("photos.samples") }, samples);
}

function chooseContact(doing, where) {
  const people = [...doing.store.people.values()].filter((person) => person.phone);
  const rows = people.map((person) =>
    el("button", { type: "button", class: "person-line", on: { click: () => { shown.close(); doing.sendContact(person, where); } } },
      el("strong", {}, person.id === doing.person ? t("contact.own", { name: person.name }) : person.name), el("span", {}, person.phone)));
  const shown = openDialog({ title: t("attach.contact"), body: el("div", { class: "people-lines" }, rows) });
}

/** Record with the microphone where that is allowed; the ready-made note needs none. */
export function recordVoice(doing, where) {
  let recorder = null;
  let finished = null;
  const status = el("p", { class: "note", role: "status" }, t("voice.how"));
  const button = el("button", { type: "button", class: "action", on: { click: () => (recorder ? stop() : begin()) } }, t("voice.begin"));
  const shown = openDialog({
    title: t("attach.voice"),
    body: [status, el("div", { class: "voice-line" }, button)],
    className: "small",
    actions: [{ label: t("voice.sample"), primary: true, press: () => sendSample(doing, where) }],
    onClose: () => recorder?.stop(),
  });

  async function begin() {
    try {
      const sound = await navigator.mediaDevices.getUserMedia({ audio: true });
      recorder = new MediaRecorder(sound);
    } catch {
      status.textContent = t("voice.refused");
      return;
    }
    const pieces = [];
    const started = performance.now();
    recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
    recorder.addEventListener("stop", () => {
      recorder.stream.getTracks().forEach((track) => track.stop());
      const seconds = Math.max(1, Math.round((performance.now() - started) / 1000));
      finished?.(new File(pieces, "voice.oga", { type: recorder.mimeType.split(";")[0] }), seconds);
    });
    recorder.start();
    status.textContent = t("voice.recording");
    button.textContent = t("voice.stop");
  }

  function stop() {
    finished = (file, seconds) => doing.sendVoice(file, seconds, where);
    shown.close();
  }
}

async function sendSample(doing, where) {
  const content = await (await fetch("/playground/samples/voice.wav")).blob();
  await doing.sendVoice(new File([content], "voice.wav", { type: "audio/wav" }), SAMPLE_VOICE_SECONDS, where);
}
