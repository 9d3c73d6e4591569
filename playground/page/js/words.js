// The page's own words in two languages; what bots and people write is never translated.

const LANGUAGES = ["zh-Hans", "en"];
const KEPT_AS = "youlin.playground.language";

let chosen = "zh-Hans";
let table = {};

/** Load the words of the kept, else the browser's language. */
export async function loadWords() {
  await speak(localStorage.getItem(KEPT_AS) ?? (navigator.language.startsWith("zh") ? "zh-Hans" : "en"));
}

/** Change the language and remember it. */
export async function speak(language) {
  chosen = LANGUAGES.includes(language) ? language : "en";
  localStorage.setItem(KEPT_AS, chosen);
  table = await (await fetch(`/playground/words/${chosen}.json`)).json();
  document.documentElement.lang = chosen === "zh-Hans" ? "zh-Hans" : "en";
  document.title = t("title");
}

export const language = () => chosen;
export const otherLanguage = () => LANGUAGES.find((one) => one !== chosen);

/** The text of a key with {fields} filled in; an unknown key shows itself, so that it is noticed. */
export function t(key, fields = {}) {
  return (table[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => fields[name] ?? whole);
}

/** The text of a key, or nothing where the key is not known. */
export const maybe = (key) => table[key] ?? null;
