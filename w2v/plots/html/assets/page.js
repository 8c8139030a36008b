// The page: what mouse, finger and keyboard do. `word` numbers stand for words; -1 for none.

const $ = id => document.getElementById(id);
const map = makeMap(JSON.parse($("data").textContent));
const base = $("map"), front = $("focus");
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
let page = { width: 0, height: 0 }, pixelRatio = 1, fit = { x: 0, y: 0, scale: 1 }, masks;
let hovered = -1, pinned = -1, beside = -1, labels = [], moment = map.frames.length - 1;

// ---- view

const zoom = d3.zoom().scaleExtent([0.7, 80]).on("zoom", () => redraw());
const surface = d3.select(front).call(zoom).on("dblclick.zoom", null);
const zoomed = () => d3.zoomTransform(front);

function view(t = zoomed()) {
  return { ...page, x: t.applyX(fit.x), y: t.applyY(fit.y), scale: t.k * fit.scale };
}

/** Labels stand right of their dots, so there the margin is wider. */
function resize() {
  page = { width: $("room").clientWidth, height: $("room").clientHeight };
  pixelRatio = devicePixelRatio || 1;
  for (const canvas of [base, front]) {
    canvas.width = Math.round(page.width * pixelRatio);
    canvas.height = Math.round(page.height * pixelRatio);
  }
  masks = makeMasks(map.looks.map(look => look.mark), pixelRatio);
  const margin = { left: 24, right: 70, top: 16, bottom: 16 };
  const [[x0, y0], [x1, y1]] = map.extent;
  const width = page.width - margin.left - margin.right, height = page.height - margin.top - margin.bottom;
  const scale = Math.max(1, Math.min(width / (x1 - x0 || 1), height / (y1 - y0 || 1)));
  fit = {
    scale,
    x: margin.left + width / 2 - (scale * (x0 + x1)) / 2,
    y: margin.top + height / 2 - (scale * (y0 + y1)) / 2,
  };
  zoom.extent([[0, 0], [page.width, page.height]]);
  zoom.translateExtent([[-0.4 * page.width, -0.4 * page.height], [1.4 * page.width, 1.4 * page.height]]);
  redraw();
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

function cleared(canvas) {
  const context = canvas.getContext("2d");
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  context.clearRect(0, 0, page.width, page.height);
  return context;
}

function drawAll() {
  const now = view(), context = cleared(base);
  drawDots(context, map, now, zoomed().k, masks, pixelRatio);
  labels = labelsInView(map, now, zoomed().k);
  drawLabels(context, map, now, zoomed().k, labels);
  drawTop();
}

function drawTop() {
  const context = cleared(front), word = pinned >= 0 ? pinned : hovered;
  base.classList.toggle("pale", word >= 0);
  const other = beside >= 0 ? beside : pinned >= 0 ? hovered : -1;
  if (word >= 0) drawFocus(context, map, view(), zoomed().k, labels, word, pinned >= 0, other);
}

function move(transform, milliseconds = 350) {
  if (still || !milliseconds) surface.call(zoom.transform, transform);
  else surface.transition().duration(milliseconds).call(zoom.transform, transform);
}

/** Go to a word, so near that some of its neighbours are around it on the screen. */
function fly(word) {
  $("card").classList.remove("left"); // the word will be in the middle
  const far = map.neighboursOf(word).filter(other => other.word < map.words.length)
    .map(other => Math.hypot(map.x[other.word] - map.x[word], map.y[other.word] - map.y[word])).sort((a, b) => a - b);
  const reach = Math.max(far[Math.min(5, far.length - 1)] || 0, 1e-4);
  const k = Math.min(Math.max((0.3 * Math.min(page.width, page.height)) / (fit.scale * reach), 3), 24);
  const x = fit.x + fit.scale * map.x[word], y = fit.y + fit.scale * map.y[word];
  const shift = innerWidth > 720 ? 0 : -0.18 * page.height; // above the card
  move(d3.zoomIdentity.translate(page.width / 2 - k * x, page.height / 2 + shift - k * y).scale(k), 900);
}

// ---- a word and its neighbours

function made(tag, text, attributes = {}) {
  const node = document.createElement(tag);
  if (text !== null) node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

const plain = number => number.toLocaleString("en");

function showCard() {
  const word = pinned >= 0 ? pinned : hovered, card = $("card");
  card.hidden = word < 0;
  card.classList.toggle("pinned", pinned >= 0);
  if (word < 0) return card.replaceChildren();
  const facts = [];
  if (map.counts) facts.push(`seen ${plain(map.counts[word])} ${map.counts[word] === 1 ? "time" : "times"}`);
  if (map.looks.length > 1 && map.looks[map.look[word]].name) facts.push(map.looks[map.look[word]].name);
  const list = made("ol", null);
  for (const { word: near, similarity } of map.neighboursOf(word)) {
    const on = near < map.words.length, item = made("li", null);
    const row = on ? made("button", null, { type: "button" }) : made("span", null, { title: "not on this map" });
    const bar = made("meter", null, { min: 0, max: 1, value: Math.max(similarity, 0), "aria-label": "cosine" });
    row.append(made("b", map.name(near)), bar, made("small", similarity.toFixed(2)));
    if (on) {
      row.addEventListener("pointerenter", () => { beside = near; drawTop(); });
      row.addEventListener("pointerleave", () => { beside = -1; drawTop(); });
      row.addEventListener("click", () => { pin(near); fly(near); });
    }
    item.append(row);
    list.append(item);
  }
  const off = map.neighboursOf(word).some(({ word: near }) => near >= map.words.length);
  const slanted = off ? "; slanted: not on this map" : "", click = pinned < 0 ? " Click to pin." : "";
  const hint = `Nearest by cosine of the vectors${slanted}.${click}`;
  const close = made("button", "×", { id: "close", type: "button", "aria-label": "Unpin", title: "Unpin (Esc)" });
  close.addEventListener("click", () => pin(-1));
  card.replaceChildren(...(pinned >= 0 ? [close] : []), made("h2", map.name(word)), made("p", facts.join(" · ")), list,
    made("p", hint, { class: "hint" }));
}

function hover(word) {
  front.classList.toggle("word", word >= 0);
  if (word === hovered) return;
  hovered = word;
  if (pinned < 0) showCard();
  drawTop();
}

function pin(word) {
  pinned = word;
  hovered = beside = -1;
  showCard();
  drawTop();
}

/** The word under mouse or finger: the one whose dot is near it, or on whose label it is. */
function wordAt(event, reach) {
  // Browsers give a movement's place in fractions of pixels and a click's in whole ones; both must find the same word.
  const now = view(), edge = front.getBoundingClientRect();
  const x = Math.floor(event.clientX) - edge.x, y = Math.floor(event.clientY) - edge.y;
  const dot = map.nearest((x - now.x) / now.scale, (y - now.y) / now.scale, reach / now.scale);
  if (dot >= 0) return dot;
  const label = labels.find(box => x >= box.x && x <= box.x + box.width && Math.abs(y - box.y) <= box.size / 2 + 1);
  return label ? label.word : -1;
}

front.addEventListener("pointermove", event => {
  if (event.pointerType !== "mouse" || event.buttons) return;
  hover(wordAt(event, 9));
  if (pinned < 0) $("card").classList.toggle("left", event.clientX > innerWidth - 310); // not over the word it is about
});
front.addEventListener("pointerleave", () => hover(-1));
front.addEventListener("click", event => {
  const word = wordAt(event, event.pointerType === "touch" ? 22 : 9);
  pin(word === pinned ? -1 : word);
});

// ---- groups

if (map.looks.length > 1) {
  map.looks.forEach((look, group) => {
    const button = made("button", null, { type: "button", "aria-pressed": "true", title: "Click to hide or show" });
    const icon = document.createElement("canvas"), context = icon.getContext("2d");
    icon.width = icon.height = 36;
    context.scale(3, 3);
    outline(context, look.mark, 6, 6, 4);
    context.fillStyle = look.colour;
    context.fill();
    button.append(icon, made("span", look.name || "other words"));
    button.addEventListener("click", () => {
      map.toggle(group);
      button.setAttribute("aria-pressed", String(!map.hidden.has(group)));
      redraw();
    });
    $("legend").append(button);
  });
}

// ---- buttons and keys

const centre = () => [page.width / 2, page.height / 2];
const nearer = factor => (still ? surface : surface.transition().duration(250)).call(zoom.scaleBy, factor, centre());
$("in").addEventListener("click", () => nearer(1.8));
$("out").addEventListener("click", () => nearer(1 / 1.8));
$("all").addEventListener("click", () => move(d3.zoomIdentity, 600));
$("png").addEventListener("click", () => save());

document.addEventListener("keydown", event => {
  if (event.target === query || event.target === $("frame") || event.ctrlKey || event.metaKey || event.altKey) return;
  const steps = { ArrowLeft: [90, 0], ArrowRight: [-90, 0], ArrowUp: [0, 90], ArrowDown: [0, -90] };
  if (event.key === "/") query.focus();
  else if (event.key === "Escape") pin(-1);
  else if (event.key === "+" || event.key === "=") nearer(1.8);
  else if (event.key === "-") nearer(1 / 1.8);
  else if (event.key === "0") move(d3.zoomIdentity, 600);
  else if (event.key in steps) surface.call(zoom.translateBy, ...steps[event.key].map(pixels => pixels / zoomed().k));
  else return;
  event.preventDefault();
});
