// The map: what mouse, finger and keyboard do. `word` numbers stand for words; -1 for none.

const map = makeMap(data);
const names = map.words, textOf = map.name;
let fit = { x: 0, y: 0, scale: 1 }, masks;
const stages = map.frames;
let beside = -1; // the word in the list under the mouse

function goTo(at) {
  map.goTo(at);
}

// ---- view

const zoom = d3.zoom().scaleExtent([0.7, 80]).on("zoom", () => redraw());
const surface = d3.select(front).call(zoom).on("dblclick.zoom", null);
const zoomed = () => d3.zoomTransform(front);
const nearness = () => Math.min(zoomed().k, map.grown); // for dots, which do not grow for ever

function view(t = zoomed()) {
  return { ...page, x: t.applyX(fit.x), y: t.applyY(fit.y), scale: t.k * fit.scale };
}

/** Labels stand right of their dots, so there the margin is wider. */
function resize() {
  measure();
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

function drawAll() {
  const now = view(), context = cleared(base);
  drawDots(context, map, now, nearness(), masks, pixelRatio);
  drawAxes(context, map, now);
  labels = labelsInView(map, now, nearness());
  drawLabels(context, map, now, nearness(), labels);
  drawTop();
}

function drawTop() {
  const context = cleared(front), word = focused();
  base.classList.toggle("pale", word >= 0);
  const other = beside >= 0 ? beside : pinned >= 0 ? hovered : -1;
  if (word >= 0) drawFocus(context, map, view(), nearness(), labels, word, pinned >= 0, other);
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

function cardOf(word) {
  const facts = [];
  if (map.counts) facts.push(`seen ${plain(map.counts[word])} ${map.counts[word] === 1 ? "time" : "times"}`);
  if (map.looks.length > 1 && map.grouped(word)) facts.push(map.looks[map.look[word]].name);
  const rows = map.neighboursOf(word).map(({ word: near, similarity }) => {
    const on = near < map.words.length;
    const bar = made("meter", null, { min: 0, max: 1, value: Math.max(similarity, 0), "aria-label": "cosine" });
    const parts = [made("b", map.name(near)), bar, made("small", similarity.toFixed(2))];
    if (!on) return row(parts, -1, { title: "not on this map" });
    const entry = row(parts, near);
    entry.addEventListener("pointerenter", () => { beside = near; drawTop(); });
    entry.addEventListener("pointerleave", () => { beside = -1; drawTop(); });
    return entry;
  });
  const off = map.neighboursOf(word).some(({ word: near }) => near >= map.words.length);
  const slanted = off ? "; slanted: not on this map" : "", click = pinned < 0 ? " Click to pin." : "";
  const hint = `Nearest by cosine of the vectors${slanted}.${click}`;
  beside = -1;
  return [made("p", facts.join(" · ")), list(rows), made("p", hint, { class: "hint" })];
}

/** The word whose dot is nearest to a place of the room, if nearer than `reach` pixels. */
function dotAt(x, y, reach) {
  const now = view();
  return map.nearest((x - now.x) / now.scale, (y - now.y) / now.scale, reach / now.scale);
}

front.addEventListener("pointermove", event => {
  if (event.pointerType !== "mouse" || event.buttons) return;
  hover(itemAt(event, 9));
  if (pinned < 0) $("card").classList.toggle("left", event.clientX > innerWidth - 310); // not over the word it is about
});
front.addEventListener("click", event => {
  const word = itemAt(event, event.pointerType === "touch" ? 22 : 9);
  pin(word === pinned ? -1 : word);
});

// ---- groups, buttons and keys

const shownLooks = () => (map.looks.length > 1 ? map.looks.filter((_, group) => !map.hidden.has(group)) : []);
if (map.looks.length > 1) {
  map.looks.forEach((look, group) => entry(look, button => {
    map.toggle(group);
    button.setAttribute("aria-pressed", String(!map.hidden.has(group)));
    redraw();
  }, { "aria-pressed": "true", title: "Click to hide or show" }));
}

const centre = () => [page.width / 2, page.height / 2];
const nearer = factor => (still ? surface : surface.transition().duration(250)).call(zoom.scaleBy, factor, centre());
const home = () => move(d3.zoomIdentity, 600);
const pan = (x, y) => surface.call(zoom.translateBy, x / zoomed().k, y / zoomed().k);
$("in").addEventListener("click", () => nearer(1.8));
$("out").addEventListener("click", () => nearer(1 / 1.8));
const keys = {
  "+": () => nearer(1.8), "=": () => nearer(1.8), "-": () => nearer(1 / 1.8),
  ArrowLeft: () => pan(90, 0), ArrowRight: () => pan(-90, 0), ArrowUp: () => pan(0, 90), ArrowDown: () => pan(0, -90),
};

/** What is seen, for a picture: `fineness` pixels for each of the screen's, below a head. */
function paint(context, fineness, head) {
  const now = view(), k = nearness();
  drawDots(context, map, now, k, makeMasks(map.looks.map(look => look.mark), fineness), fineness, head);
  context.save();
  context.translate(0, head);
  context.beginPath();
  context.rect(0, 0, page.width, page.height);
  context.clip();
  drawAxes(context, map, now);
  drawLabels(context, map, now, k, labels);
  if (pinned >= 0) {
    context.globalAlpha = 1 - PALE;
    context.fillStyle = PAPER;
    context.fillRect(0, 0, page.width, page.height);
    context.globalAlpha = 1;
    drawFocus(context, map, now, k, labels, pinned, true);
  }
  context.restore();
}
