// Makes elements without ever parsing HTML: texts from outside stay texts.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element. `properties`: `class`, `on` (listeners), `data` (data-*), `style` (CSSOM properties), known DOM
 * properties, else attributes; null and false are left out. Children: nodes, texts, arrays; nothings are skipped.
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) set(element, name, value);
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "class") element.className = value;
  else if (name === "on") for (const [kind, hear] of Object.entries(value)) element.addEventListener(kind, hear);
  else if (name === "data") Object.assign(element.dataset, value);
  else if (name === "style") for (const [key, one] of Object.entries(value)) element.style.setProperty(key, one);
  else if (name in element && !name.startsWith("aria") && typeof value !== "string") element[name] = value;
  else element.setAttribute(name, value === true ? "" : value);
}

/** Make an SVG element with attributes. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A drawn sign; decoration only, the button around it carries the label. */
export function icon(name) {
  const drawing = svg("svg", { viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true", focusable: "false" });
  for (const path of ICONS[name]) drawing.append(svg("path", { d: path }));
  return drawing;
}

/** A button that shows only a sign. */
export function iconButton(name, label, press, properties = {}) {
  return el(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click: press }, ...properties },
    icon(name),
  );
}

/** Replace what is in `parent` by `children`, keeping nodes that are in both where they are. */
export function place(parent, children) {
  let next = parent.firstChild;
  for (const child of children) {
    if (child === next) next = next.nextSibling;
    else parent.insertBefore(child, next);
  }
  while (next) {
    const gone = next;
    next = next.nextSibling;
    gone.remove();
  }
}

const ICONS = {
  back: ["M15 5l-7 7 7 7"],
  close: ["M6 6l12 12M18 6L6 18"],
  send: ["M4 12l16-7-5 15-3.5-6.5z"],
  attach: ["M8 12.5l6.2-6.2a3 3 0 0 1 4.3 4.3l-8.2 8.2a5 5 0 0 1-7-7L11 4"],
  keyboard: ["M3 7h18v11H3z", "M6.5 10.5h.01M10 10.5h.01M14 10.5h.01M17.5 10.5h.01M8 14.5h8"],
  slash: ["M5 4h14v16H5z", "M14 8l-4 8"],
  mic: ["M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3z", "M6 11a6 6 0 0 0 12 0M12 17v4"],
  stop: ["M7 7h10v10H7z"],
  play: ["M8 5l11 7-11 7z"],
  pause: ["M8 5v14M16 5v14"],
  more: ["M12 6h.01M12 12h.01M12 18h.01"],
  pin: ["M9 4h6l-1 6 3 3H7l3-3zM12 13v7"],
  photo: ["M4 6h16v13H4z", "M4 16l5-5 4 4 3-3 4 4", "M15.5 9.5h.01"],
  file: ["M6 3h8l4 4v14H6z", "M14 3v4h4"],
  place: ["M12 21c-4-5-6-8-6-11a6 6 0 0 1 12 0c0 3-2 6-6 11z", "M12 10h.01"],
  person: ["M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8z", "M4 20c1-4 4-6 8-6s7 2 8 6"],
  group: ["M9 5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7z", "M2.5 19c.7-3.6 3-5.4 6.5-5.4s5.800 1.800 6.500 5.400", "M15.500 5.500a3.300 3.300 0 0 1 0 6.400M17.500 14c2.200.6 3.500 2.200 4 5"],
  link: ["M8 16l8-8M10 7h7v7"],
  reply: ["M9 6l-5 5 5 5M4 11h9c4 0 6 2.500 7 7"],
  forward: ["M15 6l5 5-5 5M20 11h-9c-4 0-6 2.500-7 7"],
  edit: ["M5 19l1-4L16 5l3 3L9 18z"],
  trash: ["M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13"],
  copy: ["M9 9h10v11H9z", "M5 15V4h10"],
  up: ["M6 15l6-7 6 7"],
  phone: ["M6 4l3 1 1 4-2 2c1 2.500 2.500 4 5 5l2-2 4 1 1 3c-1 2-3 2.500-5 2-6-1.500-10-6-11-11 0-2 .5-4 2-5z"],
  phone_down: ["M3 14c5-5 13-5 18 0l-2 3-4-1v-3a9 9 0 0 0-6 0v3l-4 1z"],
  sound: ["M4 10v4h3l5 4V6L7 10z", "M15.500 9.500a4 4 0 0 1 0 5M18 7a8 8 0 0 1 0 10"],
  mute: ["M4 10v4h3l5 4V6L7 10z", "M16 10l4 4M20 10l-4 4"],
  smoke: ["M12 3c3 4 6 6 6 11a6 6 0 0 1-12 0c0-2 1-4 3-5 0 2 1 3 2 3 1-3-1-5 1-9z"],
  tank: ["M4 6h16v13H4z", "M4 12c2-2 4-2 5.300 0s3.300 2 5.300 0 3.500-2 5.400 0"],
  cover: ["M12 5a7 7 0 1 1 0 14 7 7 0 0 1 0-14z", "M9 9.500h6M8.500 12h7M9 14.500h6"],
  watch: ["M9 7l1-4h4l1 4M9 17l1 4h4l1-4", "M12 7a5 5 0 1 1 0 10 5 5 0 0 1 0-10z", "M12 9.500V12l1.500 1.500"],
  down: ["M6 9l6 7 6-7"],
  plus: ["M12 5v14M5 12h14"],
  tools: ["M4 7h9M17 7h3M4 17h3M11 17h9", "M15 5a2 2 0 1 1 0 4 2 2 0 0 1 0-4z", "M9 15a2 2 0 1 1 0 4 2 2 0 0 1 0-4z"],
  clock: ["M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16z", "M12 8v4l3 2"],
  topic: ["M5 5h14v11H10l-5 4z"],
  globe: ["M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z", "M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18"],
};
