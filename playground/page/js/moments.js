// Writes times and dates in the community's time zone, in the page's language.

import { language } from "./words.js";

let zone;

/** Use the community's time zone; without one the browser's. */
export function setZone(name) {
  zone = name ?? undefined;
}

const locale = () => (language() === "zh-Hans" ? "zh-CN" : "en-GB");
const format = (options) => new Intl.DateTimeFormat(locale(), { timeZone: zone, ...options });

export const clockTime = (seconds) => format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(seconds * 1000);
export const dayName = (seconds) => format({ month: "long", day: "numeric" }).format(seconds * 1000);
export const dayKey = (seconds) => format({ year: "numeric", month: "2-digit", day: "2-digit" }).format(seconds * 1000);

export const fullMoment = (seconds) =>
  format({ year: "numeric", month: "short", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
    .format(seconds * 1000);

/** The time of today's messages, the date of older ones. */
export const listMoment = (seconds, now) =>
  dayKey(seconds) === dayKey(now) ? clockTime(seconds) : format({ month: "numeric", day: "numeric" }).format(seconds * 1000);

/** 75 -> "1:15". */
export const lasting = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
