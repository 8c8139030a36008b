// What every page has: its data, its colours, the canvases in its room, and drawing once for each picture of the screen.
//
// Items, which are words or nodes, are numbered; -1 stands for none. A page defines these, and the kit asks it:
//
//   names, textOf(i)        what the search goes through; the name of an item
//   dotAt(x, y, reach)      the item whose dot is nearest to a place of the room, if nearer than `reach` pixels
//   cardOf(i)               what the card shows of an item, below its name
//   fly(i), home()          bring an item to the middle; show the whole
//   drawAll(), drawTop()    draw everything; draw what changes with the item in focus
//   resize()                measure the room anew, and draw
//   paint(context, fineness, head)   draw what is seen for a picture, `fineness` pixels for each of the screen's
//   stages, goTo(at)        names of moments; place the items as they were at one, or on their way between two
//   shownLooks()            what that picture's legend has: {name, colour, mark}
//   keys                    what keys do, by their names

const $ = id => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const base = $("map"), front = $("focus");
const colourOf = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const [PAPER, INK, QUIET, GREY, WHITE] = ["paper", "ink", "quiet", "grey", "white"].map(colourOf);
const FONT = getComputedStyle(document.body).fontFamily;
const TURN = 2 * Math.PI;
const fontOf = (size, weight = 400) => `${weight} ${size}px ${FONT}`;
const plain = number => number.toLocaleString("en");
let page = { width: 0, height: 0 }, pixelRatio = 1;

function made(tag, text, attributes = {}) {
  const node = document.createElement(tag);
  if (text !== null) node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

/** Give the canvases the size of their room, in the screen's pixels. */
function measure() {
  page = { width: $("room").clientWidth, height: $("room").clientHeight };
  pixelRatio = devicePixelRatio || 1;
  for (const canvas of [base, front]) {
    canvas.width = Math.round(page.width * pixelRatio);
    canvas.height = Math.round(page.height * pixelRatio);
  }
}

/** The context of an empty canvas, in CSS pixels. */
function cleared(canvas) {
  const context = canvas.getContext("2d");
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  context.clearRect(0, 0, page.width, page.height);
  return context;
}

let waiting = false;
/** Draw before the next picture of the screen, once, however often it is asked for. */
function redraw() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    drawAll();
  });
}

/** The outline of a mark, as matplotlib calls them: circle, square, triangles, diamond. */
function outline(context, mark, x, y, radius) {
  const r = mark === "o" ? radius : mark === "s" ? 0.86 * radius : 1.2 * radius;
  context.beginPath();
  if (mark === "o") return context.arc(x, y, r, 0, TURN);
  const corners = {
    s: [[-r, -r], [r, -r], [r, r], [-r, r]],
    "^": [[0, -r], [r, 0.8 * r], [-r, 0.8 * r]],
    v: [[0, r], [r, -0.8 * r], [-r, -0.8 * r]],
    D: [[0, -r], [r, 0], [0, r], [-r, 0]],
  }[mark];
  corners.forEach(([dx, dy], i) => (i ? context.lineTo(x + dx, y + dy) : context.moveTo(x + dx, y + dy)));
  return context.closePath();
}
