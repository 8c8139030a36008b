// The disc: what is drawn, and what mouse, finger and keyboard do. Numbers stand for nodes; -1 for none.

const names = data.labels, N = names.length, textOf = node => names[node], lookOf = node => data.looks[data.look[node]];
const ASKED = 260; // labels for which room is sought
const SMALL = Math.min(1, 40 / N); // one for small hierarchies, where there is room for larger dots, lines and type
const REACH = 0.97; // as far out as a finger can take hold

let motion = STILL, disc = { x: 0, y: 0, radius: 1 };
const stages = data.frames, frames = stages.map((_, f) => ({ x: data.x[f], y: data.y[f], share: data.share[f] }));
let placed = frames[frames.length - 1]; // before the motion: places, and the share of their size there that nodes have
const X = new Float64Array(N), Y = new Float64Array(N), near = new Float64Array(N);
const pen = base.getContext("2d");
pen.font = fontOf(100);
const widths = names.map(name => pen.measureText(name).width / 100);
const children = names.map(() => []);
data.parents.forEach((above, node) => above.forEach(parent => children[parent].push(node)));

// ---- drawing

/** Places of all nodes after the motion; how near the middle each is sets its size. */
function place() {
  for (let i = 0; i < N; i++) {
    [X[i], Y[i]] = moved(motion, placed.x[i], placed.y[i]);
    near[i] = Math.max(1 - X[i] ** 2 - Y[i] ** 2, 0) * placed.share[i];
  }
}

/** Show the nodes as they were at a moment; between two, on their straight way from one to the next. */
function goTo(at) {
  const before = frames[Math.floor(at)], after = frames[Math.ceil(at)], share = at % 1;
  if (!share) return void (placed = before);
  const between = before.x.map((x, i) => onTheWay(x, before.y[i], after.x[i], after.y[i], share));
  placed = {
    x: between.map(point => point[0]), y: between.map(point => point[1]),
    share: before.share.map((size, i) => size + share * (after.share[i] - size)),
  };
}

const onScreen = i => [disc.x + disc.radius * X[i], disc.y - disc.radius * Y[i]];
const radiusOf = i => 1.1 + 1.6 * SMALL + 3.4 * near[i];

function drawEdge(context, child, parent) {
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

function drawNode(context, i, radius) {
  outline(context, lookOf(i).mark, ...onScreen(i), radius);
  context.fillStyle = lookOf(i).colour;
  context.fill();
}

function drawAll() {
  place();
  const parts = ["heading", "legend", "search", "card", "all", "about", "time"].map($);
  drawDisc(cleared(base), parts.filter(part => !part.hidden));
}

const drawTop = redraw; // all of it is as soon drawn as a part

/** The disc, and its labels where none of some elements lies over them. */
function drawDisc(context, above) {
  const highlighted = withAncestors(focused());
  context.beginPath();
  context.arc(disc.x, disc.y, disc.radius, 0, TURN);
  context.fillStyle = WHITE;
  context.fill();
  context.strokeStyle = GREY;
  context.lineWidth = 1;
  context.stroke();
  for (let i = 0; i < N; i++) {
    context.strokeStyle = lookOf(i).tint;
    for (const parent of data.parents[i]) {
      context.lineWidth = 0.4 + 1.4 * Math.max(near[parent], SMALL);
      drawEdge(context, i, parent);
    }
  }
  context.lineWidth = 2;
  for (const i of highlighted) {
    context.strokeStyle = lookOf(i).ink;
    for (const parent of data.parents[i]) drawEdge(context, i, parent);
  }
  const order = Array.from(near.keys()).sort((a, b) => near[a] - near[b]);
  for (const i of order) drawNode(context, i, radiusOf(i));
  for (const i of highlighted) drawNode(context, i, radiusOf(i) + 1.5);
  const others = order.reverse().filter(i => !highlighted.has(i)).slice(0, ASKED);
  labelNodes(context, [...highlighted, ...others], highlighted, above);
}

/** Labels for the nodes there is room for: the highlighted ones, then those nearest the middle. */
function labelNodes(context, nodes, highlighted, above) {
  const edge = front.getBoundingClientRect(), taken = above.map(part => part.getBoundingClientRect())
    .map(box => [box.left - edge.x, box.top - edge.y, box.right - edge.x, box.bottom - edge.y]);
  const wanted = nodes.map(node => {
    const size = Math.max(11 + 2 * SMALL + 7 * near[node], highlighted.has(node) ? 14 : 0), [x, y] = onScreen(node);
    const width = widths[node] * size * (highlighted.has(node) ? 1.08 : 1);
    return { item: node, size, x, y, width, height: size + 3, radius: radiusOf(node) };
  });
  labels = placeAround(wanted, page, taken).map(label => ({ ...label, x: label.left, y: label.middle }));
  for (const { item: node, x, y, size } of labels) {
    write(context, names[node], x, y, fontOf(size, highlighted.has(node) ? 600 : 400), lookOf(node).ink, WHITE);
  }
}

/** What is seen, for a picture: `fineness` pixels for each of the screen's, below a head. */
function paint(context, fineness, head) {
  context.save();
  context.translate(0, head);
  drawDisc(context, []);
  context.restore();
  redraw(); // labels are again those of the screen
}

function resize() {
  measure();
  const wide = page.width > 720; // room beside the disc for legend, caption and card
  const across = wide ? 0.34 * page.width : page.width / 2 - 14, below = stages.length > 1 ? 42 : 0; // for the slider
  disc = {
    x: page.width / 2 - (wide ? 40 : 0), y: (page.height - below) / 2,
    radius: Math.max(60, Math.min(across, (page.height - below) / 2 - (wide ? 22 : 110))),
  };
  redraw();
}

// ---- motion

let flight = 0;
/** Run a motion of its share done, 0 to 1, in a moment. */
function run(step) {
  const mine = ++flight, begin = performance.now(), length = still ? 1 : 700;
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
  const start = motion, [x, y] = moved(motion, placed.x[node], placed.y[node]);
  run(share => after(towardsMiddle(x, y, share), start));
}

/** Back to the beginning: the middle of then returns, and the turn that dragging left behind is undone. */
function home() {
  const start = motion, [x, y] = moved(start, 0, 0), rest = after(towardsMiddle(x, y, 1), start);
  const angle = 2 * Math.atan2(rest[1], rest[0]);
  const turn = Math.atan2(Math.sin(angle), Math.cos(angle));
  pin(-1);
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
front.addEventListener("pointerdown", event => {
  if (event.button) return;
  flight++;
  held = inDisc(event);
  travelled = 0;
  front.setPointerCapture(event.pointerId);
});
front.addEventListener("pointermove", event => {
  if (!held) return event.pointerType === "mouse" ? hover(itemAt(event, 9)) : undefined;
  travelled += Math.abs(event.movementX) + Math.abs(event.movementY);
  if (travelled < 4) return;
  const to = inDisc(event);
  motion = after(carrying(held, to), motion);
  held = to;
  redraw();
});
front.addEventListener("pointerup", event => {
  if (held && travelled < 4) {
    const node = itemAt(event, event.pointerType === "mouse" ? 9 : 20);
    pin(node);
    if (node >= 0) fly(node);
  }
  held = null;
});
front.addEventListener("pointercancel", () => { held = null; });

// ---- a node and its family

/** A node and all above it. */
function withAncestors(node) {
  const found = new Set(node < 0 ? [] : [node]);
  for (const other of found) data.parents[other].forEach(parent => found.add(parent)); // grows during the loop
  return found;
}

function dotAt(x, y, reach) {
  let best = -1, least = reach;
  for (let i = 0; i < N; i++) {
    const [px, py] = onScreen(i), apart = Math.hypot(px - x, py - y);
    if (apart < least) [best, least] = [i, apart];
  }
  return best;
}

function family(title, nodes, most) {
  if (!nodes.length) return [];
  const rows = nodes.slice(0, most).map(node => row([names[node]], node));
  if (nodes.length > most) rows.push(row([`and ${nodes.length - most} more`]));
  return [made("h3", title), list(rows)];
}

function cardOf(node) {
  const above = [...withAncestors(node)].filter(other => other !== node).sort((a, b) => data.depths[b] - data.depths[a]);
  const below = [...children[node]].sort((a, b) => data.sizes[b] - data.sizes[a]);
  const facts = data.parents.some(all => all.length) ? [`depth ${data.depths[node]}`] : [];
  if (data.sizes[node]) facts.push(`${plain(data.sizes[node])} below`);
  if (data.names[node] !== names[node]) facts.unshift(data.names[node]);
  return [made("p", facts.join(" · ")), ...family("above it", above, 40), ...family("directly below it", below, 12)];
}

// ---- legend and keys

const shownLooks = () => data.looks.filter(look => look.name);
for (const look of shownLooks()) {
  entry(look, look.node < 0 ? null : () => go(look.node), look.node < 0 ? {} : { title: "Bring it to the middle" });
}

function shift(x, y) {
  flight++;
  motion = after(translation(x, y), motion);
  redraw();
}
const keys = {
  ArrowLeft: () => shift(0.15, 0), ArrowRight: () => shift(-0.15, 0),
  ArrowUp: () => shift(0, -0.15), ArrowDown: () => shift(0, 0.15),
};
