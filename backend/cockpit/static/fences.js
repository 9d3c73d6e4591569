// The small map of a person's areas: a press chooses the centre of a circle, and the circle is shown while it is typed.

const map = document.getElementById("map");
const field = (id) => document.getElementById(id);
const middle = { x: Number(map?.dataset.longitude), y: Number(map?.dataset.latitude) };
const span = { x: Number(map?.dataset.longitudeSpan), y: Number(map?.dataset.latitudeSpan) };

function draw() {
  const size = map.viewBox.baseVal.width;
  const x = Number(field("longitude").value);
  const y = Number(field("latitude").value);
  // The map is drawn in the coordinates of GPS; what comes from another map would lie beside its place.
  const isShown = x && y && field("crs").value === "wgs84" && !field("corners").value.trim();
  const drawn = field("drawn");
  drawn.setAttribute("cx", size * (0.5 + (x - middle.x) / span.x));
  drawn.setAttribute("cy", size * (0.5 - (y - middle.y) / span.y));
  drawn.setAttribute("r", isShown ? Number(field("radius").value) * Number(map.dataset.scale) : 0);
}

function choose(event) {
  const box = map.getBoundingClientRect();
  field("longitude").value = (middle.x + ((event.clientX - box.left) / box.width - 0.5) * span.x).toFixed(6);
  field("latitude").value = (middle.y - ((event.clientY - box.top) / box.height - 0.5) * span.y).toFixed(6);
  field("crs").value = "wgs84";
  draw();
}

if (map) {
  map.addEventListener("click", choose);
  for (const id of ["longitude", "latitude", "radius", "crs", "corners"]) field(id).addEventListener("input", draw);
  draw();
}
