// Large maps: looking at a place, choosing one. Leaflet draws the grids; without Leaflet coordinates are typed.

import { openDialog } from "./dialog.js";
import { el } from "./dom.js";
import { mapPicture } from "./map_picture.js";
import { t } from "./words.js";

const LEAFLET = "/playground/leaflet";
const CLOSE_ZOOM = 17;
const DIGITS = 6;

let loading = null;

/** Leaflet's module and its style sheet, once; null where this installation has not fetched it. */
function leaflet(store) {
  if (!store.setting.leaflet) return Promise.resolve(null);
  loading ??= (async () => {
    document.head.append(el("link", { rel: "stylesheet", href: `${LEAFLET}/leaflet.css` }));
    return import(`${LEAFLET}/leaflet-src.esm.js`);
  })();
  return loading;
}

/** Show a place on the large map. */
export async function showPlace(store, { latitude, longitude, title, address }) {
  const frame = el("div", { class: "map", role: "application", "aria-label": t("map") });
  const words = el("p", { class: "map-words" }, [title, address, `${latitude.toFixed(DIGITS)}, ${longitude.toFixed(DIGITS)}`].filter(Boolean).join(" · "));
  openDialog({ title: t("map"), body: [frame, words], className: "wide" });
  const map = await drawGround(store, frame, [latitude, longitude]);
  map?.pin([latitude, longitude]);
}

/** Let somebody choose a place, beginning `from` one or the person's home; the promise gives {latitude, longitude} or null. */
export function choosePlace(store, person, from = null, label = t("place.send")) {
  return new Promise((resolve) => {
    const home = (from ? [from.longitude, from.latitude] : store.players.get(person)?.point) ?? store.ground.grids[0]?.middle ?? [106.5107, 29.5721];
    let chosen = null;
    const form = coordinates(home, (point) => map?.pin(point));
    const frame = el("div", { class: "map", role: "application", "aria-label": t("map.choose") });
    let map = null;
    const take = () => {
      chosen = form.value();
      return chosen !== null;
    };
    const here = el("button", { type: "button", class: "action", on: { click: () => form.set([home[1], home[0]]) } }, t("place.here"));
    openDialog({
      title: t("map.choose"),
      body: [frame, el("div", { class: "place-form" }, here, buildingField(store, form), form.element)],
      className: "wide",
      actions: [{ label: t("cancel") }, { label, primary: true, press: take }],
      onClose: () => resolve(chosen),
    });
    drawGround(store, frame, [home[1], home[0]], (point) => form.set(point)).then((drawn) => {
      map = drawn;
      map?.pin([home[1], home[0]]);
    });
  });
}

/** Two number fields; `set` and typing tell `moved`. */
function coordinates(home, moved) {
  const field = (label, value, limit) => {
    const input = el("input", { type: "number", class: "field", step: "any", min: String(-limit), max: String(limit), required: true });
    input.value = value;
    input.addEventListener("input", () => value_() && moved([value_().latitude, value_().longitude]));
    return { input, node: el("label", { class: "labelled" }, label, input) };
  };
  const latitude = field(t("latitude"), home[1], 90);
  const longitude = field(t("longitude"), home[0], 180);
  const value_ = () => {
    const valid = latitude.input.checkValidity() && longitude.input.checkValidity();
    return valid ? { latitude: Number(latitude.input.value), longitude: Number(longitude.input.value) } : null;
  };
  const set = ([north, east]) => {
    latitude.input.value = north.toFixed(DIGITS);
    longitude.input.value = east.toFixed(DIGITS);
    moved([north, east]);
  };
  return { element: el("div", { class: "coordinates" }, latitude.node, longitude.node), value: value_, set };
}

function buildingField(store, form) {
  if (store.ground.buildings.length === 0) return null;
  const options = store.ground.buildings.map((one) => el("option", { value: String(one.number) }, one.name));
  const select = el("select", { class: "field" }, el("option", { value: "" }, t("place.building")), options);
  select.addEventListener("change", () => {
    const building = store.ground.buildings.find((one) => String(one.number) === select.value);
    if (building) form.set([building.point[1], building.point[0]]);
  });
  return el("label", { class: "labelled" }, t("place.building.label"), select);
}

/** Draw grids and buildings into `frame`; `pick(point)` hears clicks. Gives {pin} or null without Leaflet. */
async function drawGround(store, frame, centre, pick = null) {
  const L = await leaflet(store).catch(() => null);
  if (!L) {
    frame.replaceChildren(mapPicture(store.ground, ...centre));
    return { pin: (point) => frame.replaceChildren(mapPicture(store.ground, ...point)) };
  }
  const map = L.map(frame, { attributionControl: false, zoomSnap: 0.5, minZoom: 12, maxZoom: 20 }).setView(centre, CLOSE_ZOOM);
  store.ground.grids.forEach((grid, at) => {
    const layer = L.geoJSON(grid.geometry, { interactive: false, style: { className: `leaflet-grid tint-${at % 6}` } }).addTo(map);
    layer.bindTooltip(grid.name, { permanent: true, direction: "center", className: "grid-name" }).openTooltip();
  });
  for (const building of store.ground.buildings) {
    const at = [building.point[1], building.point[0]];
    L.circleMarker(at, { radius: 5, className: "leaflet-house", bubblingMouseEvents: true }).bindTooltip(building.name).addTo(map);
  }
  if (pick) map.on("click", ({ latlng }) => pick([latlng.lat, latlng.lng]));
  let marker = null;
  const sign = L.divIcon({ className: "leaflet-pin", iconSize: [26, 38], iconAnchor: [13, 37] });
  return {
    pin: (point) => {
      marker ??= L.marker(point, { icon: sign, keyboard: false }).addTo(map);
      marker.setLatLng(point);
      if (!map.getBounds().contains(point)) map.panTo(point);
    },
  };
}
