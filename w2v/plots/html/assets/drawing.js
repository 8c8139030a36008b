// How the map looks on a canvas: dots, labels, and a word among its neighbours. Nothing here knows of mouse or page.
//
// A view is {x, y, scale, width, height}: the place (in units of the map) px = x + scale * u, py = y + scale * v.
// All functions draw in CSS pixels; the context is scaled to the pixels of the screen or of the picture beforehand.

const LABEL_HEIGHT = 21; // pixels that a label takes, with a margin that lets the eye tell it from the next
// Sides of its dot at which a label may stand, the best first: across and down. In a crowd all stand on the right.
const FEW = 500, SIDES = [
  [1, 0], [1, -1], [-1, 0], [0, -1], [-1, -1], [0, 1], [1, 1], [-1, 1], [0.5, -1], [-0.5, -1], [0.5, 1], [-0.5, 1],
];
const GROWN = 16, LITTLE = 2; // zooms up to which dots grow, on a page of many words and of few
const PALE = 0.28; // what is left of the map's colours behind a word and its neighbours; words.css has it too

const fontSize = prominence => Math.round(11 + 4 * prominence);

/** Radius of a word's dot, which grows a little as one comes nearer; `zoom` is 1 where the whole map is seen. */
function dotRadius(prominence, zoom) {
  return (1 + 1.9 * prominence) * Math.min(Math.max(zoom, 0.5) ** 0.3, 2.4);
}

/** Where a label starts and has its middle, seen from its dot. */
function labelOffset([across, down], radius, width, size) {
  return [across * (radius + 3) + ((across - 1) / 2) * width, down * (radius + size / 2 + 2)];
}

/** The box of a label seen from its dot, with a margin: left, top, right, bottom. */
function labelBox(side, radius, width, size) {
  const [left, middle] = labelOffset(side, radius, width * size, size);
  return [left - 2, middle - size / 2 - 1, left + width * size + 2, middle + size / 2 + 1];
}

/** Masks of dots, made once: how much of each pixel a dot of some mark and radius covers, from 0 to 255. */
function makeMasks(marks, pixelRatio) {
  const kept = new Map();
  return (look, radius) => {
    const quarters = Math.max(2, Math.round(4 * radius)), key = 1024 * look + quarters;
    let mask = kept.get(key);
    if (!mask) {
      const half = Math.ceil((0.32 * quarters + 0.5) * pixelRatio), size = 2 * half + 1;
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = size;
      const context = canvas.getContext("2d");
      context.translate(half + 0.5, half + 0.5);
      outline(context, marks[look], 0, 0, (quarters / 4) * pixelRatio);
      context.globalAlpha = 0.82;
      context.fill();
      const cover = context.getImageData(0, 0, size, size).data.filter((_, place) => place % 4 === 3);
      kept.set(key, (mask = { cover, half, size }));
    }
    return mask;
  };
}

/**
 * The paper and all dots that are in view; rare words first, so that frequent ones lie on top.
 *
 * Pixels are mixed here and not by the canvas: without a graphics card its drawImage takes twenty times as long.
 */
function drawDots(context, map, view, zoom, masks, pixelRatio, top = 0) {
  const width = Math.round(view.width * pixelRatio), height = Math.round(view.height * pixelRatio);
  const image = context.createImageData(width, height), pixels = image.data;
  const channels = colour => [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16));
  const paper = channels(PAPER), colours = map.looks.map(look => channels(look.colour));
  new Uint32Array(pixels.buffer).fill(paper.reduceRight((all, byte) => 256 * all + byte, 255));
  for (let place = map.order.length - 1; place >= 0; place--) {
    const i = map.order[place], look = map.look[i];
    const x = Math.floor((view.x + view.scale * map.x[i]) * pixelRatio);
    const y = Math.floor((view.y + view.scale * map.y[i]) * pixelRatio);
    if (x < -30 || y < -30 || x > width + 30 || y > height + 30) continue;
    const { cover, half, size } = masks(look, dotRadius(map.prominence[i], zoom)), [red, green, blue] = colours[look];
    const row0 = Math.max(0, half - y), row1 = Math.min(size, height + half - y);
    const column0 = Math.max(0, half - x), column1 = Math.min(size, width + half - x);
    for (let row = row0; row < row1; row++) {
      for (let column = column0; column < column1; column++) {
        const share = cover[row * size + column] / 255;
        if (!share) continue;
        const at = 4 * ((y + row - half) * width + x + column - half);
        pixels[at] += share * (red - pixels[at]);
        pixels[at + 1] += share * (green - pixels[at + 1]);
        pixels[at + 2] += share * (blue - pixels[at + 2]);
      }
    }
  }
  context.putImageData(image, 0, Math.round(top * pixelRatio));
}

/** Lines through the origin of vectors that are drawn as they are; dots stay above them, being darker. */
function drawAxes(context, map, view) {
  if (!map.zero) return;
  const x = view.x + view.scale * map.zero[0], y = view.y + view.scale * map.zero[1];
  context.save();
  context.globalCompositeOperation = "darken";
  context.globalAlpha = 0.5;
  context.strokeStyle = GREY;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, view.height);
  context.moveTo(0, y);
  context.lineTo(view.width, y);
  context.stroke();
  context.restore();
}

/** The labels there is room for; where each stands: its dot [x, y], its left end and its middle height. */
function labelsInView(map, view, zoom) {
  const labels = [];
  for (const i of map.order) {
    if (map.labelledFrom[i] > view.scale) continue;
    const size = fontSize(map.prominence[i]), width = map.widths[i] * size;
    const dot = [view.x + view.scale * map.x[i], view.y + view.scale * map.y[i]];
    const [left, middle] = labelOffset(SIDES[map.side[i]], dotRadius(map.prominence[i], zoom), width, size);
    const x = dot[0] + left, y = dot[1] + middle;
    // Never cut off, nor the label of a dot that is.
    if (Math.min(dot[0], x) < 6 || Math.max(dot[0] + 2, x + width) > view.width - 4) continue;
    if (Math.min(dot[1], y) < 10 || Math.max(dot[1], y) > view.height - 10) continue;
    labels.push({ item: i, dot, x, y, width, size });
  }
  return labels;
}

/** A dot by itself, with a rim of paper that sets it off from others. */
function dot(context, map, word, x, y, radius) {
  outline(context, map.looks[map.look[word]].mark, x, y, radius);
  context.lineWidth = 1.5;
  context.strokeStyle = PAPER;
  context.stroke();
  context.fillStyle = map.looks[map.look[word]].colour;
  context.fill();
}

function drawLabels(context, map, view, zoom, labels) {
  for (const label of [...labels].sort((a, b) => a.size - b.size)) {
    const { item: i, x, y, size } = label;
    // A label that has just found room is faint, and grows firm as one comes nearer.
    context.globalAlpha = Math.min(1, 0.5 + 3 * Math.log2(view.scale / map.labelledFrom[i]));
    write(context, map.text(i), x, y, fontOf(size), map.looks[map.look[i]].ink);
    dot(context, map, i, ...label.dot, dotRadius(map.prominence[i], zoom));
  }
  context.globalAlpha = 1;
}

/** A word and lines to its nearest words in the space of the vectors, over a map that was made pale. */
function drawFocus(context, map, view, zoom, labels, word, pinned, beside = -1) {
  const at = i => [view.x + view.scale * map.x[i], view.y + view.scale * map.y[i]];
  const near = map.neighboursOf(word).filter(({ word: i }) => i < map.words.length);
  const shown = [word, ...near.map(other => other.word)], [x, y] = at(word);
  if (beside >= 0 && !shown.includes(beside)) shown.splice(1, 0, beside);
  const written = placeAround(shown.map((i, rank) => {
    const size = rank ? 13 : 17, weight = rank && i !== beside ? 400 : 600, [left, middle] = at(i);
    context.font = fontOf(size, weight);
    const width = context.measureText(map.text(i)).width, radius = rank ? 3 : pinned ? 9 : 6;
    return { word: i, size, weight, width, height: size + 4, x: left, y: middle, radius };
  }), view);
  context.fillStyle = PAPER;
  for (const { item: i, x: left, y: middle, width } of labels) { // those that are written anew, or written over
    const meets = other =>
      left < other.left + other.width && other.left < left + width && Math.abs(middle - other.middle) < 17;
    if (shown.includes(i) || written.some(meets)) context.fillRect(left - 2, middle - 10, width + 4, 20);
  }
  context.lineWidth = 1.2;
  for (const { word: i, similarity } of near) {
    context.globalAlpha = 0.25 + 0.6 * Math.max(similarity, 0);
    context.strokeStyle = map.looks[map.look[word]].colour;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(...at(i));
    context.stroke();
  }
  context.globalAlpha = 1;
  for (const i of [...shown].reverse()) {
    const radius = Math.max(dotRadius(map.prominence[i], zoom), 2.6) + (i === word ? 1.5 : 0);
    dot(context, map, i, ...at(i), radius);
  }
  if (pinned) {
    context.beginPath();
    context.arc(x, y, Math.max(dotRadius(map.prominence[word], zoom), 2.6) + 6, 0, TURN);
    context.lineWidth = 1.5;
    context.strokeStyle = map.looks[map.look[word]].colour;
    context.stroke();
  }
  for (const { word: i, size, weight, left, middle } of written) {
    write(context, map.text(i), left, middle, fontOf(size, weight), map.looks[map.look[i]].ink, PAPER, 4);
  }
}
