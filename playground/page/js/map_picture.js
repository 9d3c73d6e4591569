// A small drawn map around a point: outlines of the grids, buildings as squares, a pin. No tiles, no requests.

import { svg } from "./dom.js";

const WIDTH = 300;
const HEIGHT = 150;
const METRES_PER_PIXEL = 1.5;
const METRES_PER_DEGREE = 111_320;
const BUILDING_METRES = 22;

/** An SVG of the ground around (latitude, longitude). */
export function mapPicture(ground, latitude, longitude) {
  const onScreen = projection(latitude, longitude);
  const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "map-picture", "aria-hidden": "true", preserveAspectRatio: "xMidYMid slice" });
  drawing.append(svg("rect", { width: WIDTH, height: HEIGHT, class: "map-ground" }));
  ground.grids.forEach((grid, at) => drawing.append(svg("path", { d: outline(grid.geometry, onScreen), class: `map-grid tint-${at % 6}` })));
  for (const building of ground.buildings) {
    const [x, y] = onScreen(building.point);
    if (Math.abs(x - WIDTH / 2) < WIDTH && Math.abs(y - HEIGHT / 2) < HEIGHT) drawing.append(house(x, y));
  }
  for (const grid of ground.grids) if (grid.middle) drawing.append(name(grid, onScreen(grid.middle)));
  drawing.append(pin(WIDTH / 2, HEIGHT / 2));
  return drawing;
}

/** [longitude, latitude] -> pixels, flat enough for a neighbourhood. */
function projection(latitude, longitude) {
  const east = METRES_PER_DEGREE * Math.cos((latitude * Math.PI) / 180);
  return ([x, y]) => [
    WIDTH / 2 + ((x - longitude) * east) / METRES_PER_PIXEL,
    HEIGHT / 2 - ((y - latitude) * METRES_PER_DEGREE) / METRES_PER_PIXEL,
  ];
}

function outline(geometry, onScreen) {
  const polygons = geometry.type === "MultiPolygon" ? geometry.coordinates : [geometry.coordinates];
  return polygons.flat().map((ring) => `M${ring.map((point) => onScreen(point).map((one) => one.toFixed(1)).join(" ")).join("L")}Z`).join("");
}

function house(x, y) {
  const side = BUILDING_METRES / METRES_PER_PIXEL;
  return svg("rect", { x: (x - side / 2).toFixed(1), y: (y - side / 2).toFixed(1), width: side.toFixed(1), height: (side * 0.7).toFixed(1), rx: 1.5, class: "map-house" });
}

function name(grid, [x, y]) {
  return svg("text", { x: x.toFixed(1), y: y.toFixed(1), class: "map-name" }, grid.name);
}

function pin(x, y) {
  const shape = svg("path", { d: "M0 0C-9 -12 -12 -17 -12 -23a12 12 0 0 1 24 0c0 6 -3 11 -12 23z", class: "map-pin" });
  const hole = svg("circle", { cx: 0, cy: -23, r: 4.5, class: "map-pin-hole" });
  return svg("g", { transform: `translate(${x} ${y})` }, svg("ellipse", { rx: 6, ry: 2.5, class: "map-shadow" }), shape, hole);
}
