// The disc: what is drawn, and what mouse, finger and keyboard do. Numbers stand for nodes; -1 for none.

const $ = id => document.getElementById(id);
const scene = JSON.parse($("data").textContent);
const map = { words: scene.labels, name: node => scene.labels[node] }; // what search.js asks for
const N = scene.labels.length, canvas = $("focus"), context = canvas.getContext("2d");
const PAPER = "#fbf9f3", INK = "#2e2c28", GREY = "#a9a499", WHITE = "#ffffff";
const FONT = '"Helvetica Neue", "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';
const ASKED = 260; // labels for which room is sought
const REACH = 0.97; // as far out as a finger can take hold
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

let motion = STILL, hovered = -1, pinned = -1, labels = [];
let page = { width: 0, height: 0 }, disc = { x: 0, y: 0, radius: 1 };
const X = new Float64Array(N), Y = new Float64Array(N), near = new Float64Array(N);
context.font = `100px ${FONT}`;
const widths = scene.labels.map(label => context.measureText(label).width / 100);
const children = scene.labels.map(() => []);
scene.parents.forEach((above, node) => above.forEach(parent => children[parent].push(node)));

// ---- drawing

/** Places of all nodes after the motion; how near the middle each is sets its size. */
function place() {
  for (let i = 0; i < N; i++) {
    [X[i], Y[i]] = moved(motion, scene.x[i], scene.y[i]);
    near[i] = Math.max(1 - X[i] ** 2 - Y[i] ** 2, 0) * scene.share[i];
  }
}

const onScreen = i => [disc.x + disc.radius * X[i], disc.y - disc.radius * Y[i]];
const dotRadius = i => 1.1 + 3.4 * near[i];

function line(child, parent) {
  const at = geodesic(X[parent], Y[parent], X[child], Y[child]);
  for (let k = 0; k < 12; k += 2) {
    at[k] = disc.x + disc.radius * at[k];
    at[k + 1] = disc.y - disc.radius * at[k + 1];
  }
  context.beginPath();
  context.moveTo(...onScreen(parent));
  context.bezierCurveTo(...at.slice(0, 6));
  context.bezierCurveTo(...at.slice(6));
  context.stroke();
}

function dot(i, radius) {
  context.beginPath();
  context.arc(...onScreen(i), radius, 0, 2 * Math.PI);
  context.fillStyle = scene.colours[i];
  context.fill();
}

function draw() {
  place();
  const lit = lineOf(pinned >= 0 ? pinned : hovered);
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, page.width, page.height);
  context.beginPath();
  context.arc(disc.x, disc.y, disc.radius, 0, 2 * Math.PI);
  context.fillStyle = WHITE;
  context.fill();
  context.strokeStyle = GREY;
  context.lineWidth = 1;
  context.stroke();
  for (let i = 0; i < N; i++) {
    context.strokeStyle = scene.tints[i];
    for (const parent of scene.parents[i]) {
      context.lineWidth = 0.4 + 1.4 * near[parent];
      line(i, parent);
    }
  }
  context.lineWidth = 2;
  for (const i of lit) {
    context.strokeStyle = scene.inks[i];
    for (const parent of scene.parents[i]) line(i, parent);
  }
  const order = Array.from(near.keys()).sort((a, b) => near[a] - near[b]);
  for (const i of order) dot(i, dotRadius(i));
  for (const i of lit) dot(i, dotRadius(i) + 1.5);
  drawLabels([...lit, ...order.reverse().filter(i => !lit.has(i)).slice(0, ASKED)], lit);
}

/** Labels for the nodes there is room for: those spoken of, then those nearest the middle. */
function drawLabels(nodes, lit) {
  const asked = nodes.map(node => {
    const size = Math.max(9 + 9 * near[node], lit.has(node) ? 13 : 0), [x, y] = onScreen(node);
    return { node, size, x, y, width: widths[node] * size * (lit.has(node) ? 1.08 : 1), height: size + 3, radius: dotRadius(node) };
  });
  labels = [];
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.strokeStyle = WHITE;
  context.lineWidth = 3;
  const taken = [];
  for (const label of asked) {
    const { node, size, width } = label, spot = spotBeside(label, taken);
    if (!spot) continue;
    context.font = `${lit.has(node) ? 600 : 400} ${size}px ${FONT}`;
    context.strokeText(scene.labels[node], spot.x, spot.y);
    context.fillStyle = scene.inks[node];
    context.fillText(scene.labels[node], spot.x, spot.y);
    labels.push({ node, x: spot.x, y: spot.y, width, size });
  }
}

/** Left end and middle height of a label right beside its dot, on no other label and not cut off; null: no room. */
function spotBeside({ x, y, width, height, radius }, taken) {
  const gap = radius + 3, step = gap + height / 2 - 2;
  const choices = [
    [x + gap, y], [x - gap - width, y], [x - width / 2, y - step], [x - width / 2, y + step],
    [x + gap / 2, y - step], [x + gap / 2, y + step], [x - gap / 2 - width, y - step], [x - gap / 2 - width, y + step],
  ];
  for (const [left, middle] of choices) {
    const box = [left - 3, middle - height / 2, left + width + 3, middle + height / 2];
    const inside = box[0] >= 0 && box[1] >= 0 && box[2] <= page.width && box[3] <= page.height;
    if (!inside || taken.some(b => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3])) continue;
    taken.push(box);
    return { x: left, y: middle };
  }
  return null;
}

let waiting = false;
/** Draw before the next picture of the screen, once, however often it is asked for. */
function redraw() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; draw(); });
}

function resize() {
  page = { width: innerWidth, height: innerHeight };
  canvas.width = Math.round(page.width * devicePixelRatio);
  canvas.height = Math.round(page.height * devicePixelRatio);
  const wide = page.width > 720; // room beside the disc for legend, caption and card
  disc = {
    x: page.width / 2 - (wide ? 40 : 0), y: page.height / 2,
    radius: Math.max(60, Math.min(wide ? 0.34 * page.width : page.width / 2 - 14, page.height / 2 - (wide ? 22 : 110))),
  };
  redraw();
}

// ---- motion

let flight = 0;
/** Run a motion of its share done, 0 to 1, in a moment. */
function run(step) {
  const mine = ++flight, begin = performance.now(), length = calm ? 1 : 700;
  const frame = now => {
    if (mine !== flight) return; // another motion began
    const done = Math.min(Math.max((now - begin) / length, 0), 1);
    motion = step(done * done * (3 - 2 * done));
    redraw();
    if (done < 1) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** Bring a node to the middle, along a straight line. */
function fly(node) {
  const start = motion, [x, y] = moved(motion, scene.x[node], scene.y[node]);
  run(share => after(towardsMiddle(x, y, share), start));
}

/** Back to the beginning: the middle of then returns, and the turn that dragging left behind is undone. */
function home() {
  const start = motion, [x, y] = moved(start, 0, 0), rest = after(towardsMiddle(x, y, 1), start);
  const angle = 2 * Math.atan2(rest[1], rest[0]);
  const turn = Math.atan2(Math.sin(angle), Math.cos(angle));
  run(share => {
    const half = (-share * turn) / 2;
    return share === 1 ? STILL : after([Math.cos(half), Math.sin(half), 0, 0], after(towardsMiddle(x, y, share), start));
  });
}

function inDisc(event) {
  const x = (event.clientX - disc.x) / disc.radius, y = (disc.y - event.clientY) / disc.radius;
  const shrink = Math.min(1, REACH / Math.hypot(x, y));
  return [x * shrink, y * shrink];
}

let held = null, travelled = 0;
canvas.addEventListener("pointerdown", event => {
  if (event.button) return;
  flight++;
  held = inDisc(event);
  travelled = 0;
  canvas.setPointerCapture(event.pointerId);
});
canvas.addEventListener("pointermove", event => {
  if (!held) return event.pointerType === "mouse" ? hover(nodeAt(event.clientX, event.clientY, 9)) : undefined;
  travelled += Math.abs(event.movementX) + Math.abs(event.movementY);
  if (travelled < 4) return;
  const to = inDisc(event);
  motion = after(carrying(held, to), motion);
  held = to;
  redraw();
});
canvas.addEventListener("pointerup", event => {
  if (held && travelled < 4) {
    const node = nodeAt(event.clientX, event.clientY, event.pointerType === "mouse" ? 9 : 20);
    pin(node);
    if (node >= 0) fly(node);
  }
  held = null;
});
canvas.addEventListener("pointercancel", () => { held = null; });
canvas.addEventListener("pointerleave", () => hover(-1));

// ---- a node and its family

/** A node and all above it. */
function lineOf(node) {
  const found = new Set(node < 0 ? [] : [node]);
  for (const other of found) scene.parents[other].forEach(parent => found.add(parent)); // grows while it is walked
  return found;
}

/** The node under a point of the screen: the one whose dot is near it, or whose label it lies on. */
function nodeAt(x, y, reach) {
  let best = -1, least = reach;
  for (let i = 0; i < N; i++) {
    const [px, py] = onScreen(i), apart = Math.hypot(px - x, py - y);
    if (apart < least) [best, least] = [i, apart];
  }
  if (best >= 0) return best;
  const label = labels.find(box => x >= box.x && x <= box.x + box.width && Math.abs(y - box.y) <= box.size / 2 + 1);
  return label ? label.node : -1;
}

function made(tag, text, attributes = {}) {
  const node = document.createElement(tag);
  if (text !== null) node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

function family(title, nodes, most) {
  if (!nodes.length) return [];
  const list = made("ol", null);
  for (const node of nodes.slice(0, most)) {
    const item = made("li", null), button = made("button", scene.labels[node], { type: "button" });
    button.addEventListener("click", () => { pin(node); fly(node); });
    item.append(button);
    list.append(item);
  }
  if (nodes.length > most) list.append(made("li", `and ${nodes.length - most} more`));
  return [made("h3", title), list];
}

function showCard() {
  const node = pinned >= 0 ? pinned : hovered, card = $("card");
  card.hidden = node < 0;
  if (node < 0) return card.replaceChildren();
  const above = [...lineOf(node)].filter(other => other !== node).sort((a, b) => scene.depths[b] - scene.depths[a]);
  const below = [...children[node]].sort((a, b) => scene.sizes[b] - scene.sizes[a]);
  const facts = [`depth ${scene.depths[node]}`];
  if (scene.sizes[node]) facts.push(`${scene.sizes[node].toLocaleString("en")} below`);
  if (scene.names[node] !== scene.labels[node]) facts.unshift(scene.names[node]);
  return card.replaceChildren(made("h2", scene.labels[node]), made("p", facts.join(" · ")),
    ...family("above it", above, 40), ...family("directly below it", below, 12));
}

function hover(node) {
  canvas.classList.toggle("word", node >= 0);
  if (node === hovered) return;
  hovered = node;
  if (pinned >= 0) return;
  showCard();
  redraw();
}

function pin(node) {
  pinned = node;
  hovered = -1;
  showCard();
  redraw();
}

// ---- legend, button, keys

for (const { name, colour, node } of scene.legend) {
  const key = made(node < 0 ? "div" : "button", null, node < 0 ? { class: "key" } : { type: "button", title: "Bring it to the middle" });
  const mark = made("i", null);
  mark.style.background = colour;
  key.append(mark, made("span", name));
  if (node >= 0) key.addEventListener("click", () => { pin(node); fly(node); });
  $("legend").append(key);
}

$("all").addEventListener("click", () => { pin(-1); home(); });
document.addEventListener("keydown", event => {
  if (event.target === $("query") || event.ctrlKey || event.metaKey || event.altKey) return;
  const steps = { ArrowLeft: [0.15, 0], ArrowRight: [-0.15, 0], ArrowUp: [0, -0.15], ArrowDown: [0, 0.15] };
  if (event.key === "/") $("query").focus();
  else if (event.key === "Escape") pin(-1);
  else if (event.key === "0") home();
  else if (event.key in steps) {
    flight++;
    motion = after(translation(...steps[event.key]), motion);
    redraw();
  } else return;
  event.preventDefault();
});
addEventListener("resize", resize);
resize();
