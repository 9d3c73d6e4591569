// Speaks to the control API and the page's own routes; every refusal becomes a Refused with the server's words.

const API = "/playground/api";
const DEVICES = "/playground/devices";
const TELEPHONE = "/playground/telephone";

export class Refused extends Error {
  constructor(status, reason) {
    super(reason);
    this.status = status;
  }
}

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, body.error ?? response.statusText);
  return body;
}

const read = async (path) => answer(await fetch(path));

async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  return answer(await fetch(path, { method: "POST", headers, body: JSON.stringify(body ?? {}) }));
}

export const bots = () => read(`${API}/bots`);
export const people = () => read(`${API}/people`);
export const groups = () => read(`${API}/groups`);
export const chats = (person) => read(`${API}/people/${person}/chats`);
export const commands = (person, chat) => read(`${API}/people/${person}/chats/${chat}/commands`);
export const statistics = () => read(`${API}/statistics`);
export const setting = () => read("/playground/setting.json");
export const community = () => read("/playground/community.json");
export const clock = () => read("/playground/clock");

/** A window's messages, oldest first; `before` an id for the page above. */
export function messages(person, chat, before = null, limit = 60) {
  const from = before === null ? "" : `&before=${before}`;
  return read(`${API}/people/${person}/chats/${chat}/messages?limit=${limit}${from}`);
}

/** Do what a person does (see the control API's table); files go as multipart parts. */
export async function act(person, action, fields, files = []) {
  const path = `${API}/people/${person}/${action}`;
  if (files.length === 0) return post(path, fields);
  const form = new FormData();
  form.append("arguments", JSON.stringify(fields));
  for (const file of files) form.append("file", file, file.name);
  return answer(await fetch(path, { method: "POST", body: form }));
}

export const actOnGroup = (group, action, fields) => post(`${API}/groups/${group}/${action}`, fields);
export const actOnBot = (bot, action, fields) => post(`${API}/bots/${bot}/${action}`, fields);
export const setLanguage = (code) => post(`${API}/language`, { language_code: code });
export const setLimits = (model) => post(`${API}/limits`, { model });
export const orderFault = (order) => post(`${API}/faults`, order);
export const clearFaults = () => post(`${API}/faults/clear`);
export const addPerson = (fields) => post(`${API}/people`, fields);
export const advance = (seconds) => post("/playground/clock", { advance: seconds });
export const startOver = () => post("/playground/start-over");
export const exchange = () => read(`${TELEPHONE}/exchange`);
export const handsets = () => read(`${TELEPHONE}/handsets`);
export const actOnHandset = (number, action, fields) => post(`${TELEPHONE}/handsets/${encodeURIComponent(number)}/${action}`, fields);
export const setOutage = (outage) => post(`${TELEPHONE}/outage`, { outage });
export const orderCarrierFault = (order) => post(`${TELEPHONE}/faults`, order);
export const clearCarrierFaults = () => post(`${TELEPHONE}/faults/clear`);
export const devices = () => read(DEVICES);
export const actOnDevice = (key, action, fields) => post(`${DEVICES}/${encodeURIComponent(key)}/${action}`, fields);
export const setSpeed = (speed) => post("/playground/clock", { speed });
export const eventsPath = `${API}/events`;
