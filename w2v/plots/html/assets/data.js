// The words as they stand in the file, and the map made of them.

/** Numbers from {type, base64}: a typed array. */
function unpacked({ type, base64 }) {
  const bytes = Uint8Array.from(atob(base64), char => char.charCodeAt(0));
  const kinds = { uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, uint32: Uint32Array };
  return new kinds[type](bytes.buffer);
}

/** A function from text to its width, for a size of one pixel. */
function widthOf() {
  const pen = document.createElement("canvas").getContext("2d"), letters = new Map();
  pen.font = fontOf(20);
  const letter = char => letters.get(char) ?? letters.set(char, pen.measureText(char).width / 20).get(char);
  // Letter by letter is twenty times faster, and right where letters do not change each other's shape.
  return text => {
    if (!/^[\x20-\x7e]*$/.test(text)) return pen.measureText(text).width / 20;
    let width = 0;
    for (const char of text) width += letter(char);
    return width;
  };
}

/**
 * What is drawn: words, their places at the moment shown, looks, and which of them are hidden.
 *
 * words      on the map, the most frequent first; `others` are neighbours that are not on it, and numbered after them
 * x, y       place of each word, in units of the map: its longer side goes from 0 to 1
 * order      words of the groups that are not hidden, the most frequent first
 * zero       where the vectors' origin is, of which lines through it tell; null where places have no meaning of their own
 * grown      the zoom up to which dots grow
 * labelledFrom, side   the scale from which each word is labelled, and at which side of its dot
 */
function makeMap(data) {
  const n = data.words.length, k = data.k;
  const points = unpacked(data.points), look = unpacked(data.look);
  const neighbours = unpacked(data.neighbours), similarities = unpacked(data.similarities);
  const frames = data.frames.map((_, f) => {
    const x = new Float32Array(n), y = new Float32Array(n);
    for (let i = 0; i < n; i++) {
      x[i] = points[2 * (f * n + i)] / 65535;
      y[i] = 1 - points[2 * (f * n + i) + 1] / 65535; // down the screen
    }
    return { x, y };
  });
  const all = Int32Array.from({ length: n }, (_, i) => i);
  const shortened = word => (word.length > 28 ? [...word].slice(0, 27).join("") + "…" : word);
  const labels = data.words.map(shortened);
  const prominence = Float32Array.from(unpacked(data.prominence), byte => byte / 255);
  const widths = Float32Array.from(labels, widthOf());
  const few = n <= FEW, grown = few ? LITTLE : GROWN, radii = prominence.map(share => dotRadius(share, grown));
  const left = radii.map(radius => radius + 3);
  const right = radii.map((radius, i) => radius + 7 + widths[i] * fontSize(prominence[i]));
  const boxes = i => SIDES.map(side => labelBox(side, radii[i], widths[i], fontSize(prominence[i])));
  const hidden = new Set();
  const map = {
    words: data.words, counts: data.counts,
    looks: data.looks.map(kind => ({ ...kind, name: kind.name || "other words" })),
    grouped: i => data.looks[look[i]].name !== "",
    frames: data.frames, zero: data.zero && [data.zero[0], 1 - data.zero[1]], look, prominence, widths, order: all, hidden, grown,
    text: i => labels[i],
    name: i => (i < n ? data.words[i] : data.others[i - n]),
    neighboursOf: i => Array.from({ length: k }, (_, rank) => (
      { word: neighbours[i * k + rank], similarity: similarities[i * k + rank] / 100 })),
    /** Show the words as they lay at a frame; between two frames, on their way from one to the next. */
    goTo(moment) {
      const before = frames[Math.floor(moment)], after = frames[Math.ceil(moment)], share = moment % 1;
      map.x = share ? before.x.map((x, i) => x + share * (after.x[i] - x)) : before.x;
      map.y = share ? before.y.map((y, i) => y + share * (after.y[i] - y)) : before.y;
      if (!share) settle(before);
    },
    /** Hide or show the words of a group, by its number. */
    toggle(group) {
      if (!hidden.delete(group)) hidden.add(group);
      map.order = hidden.size ? all.filter(i => !hidden.has(look[i])) : all;
      for (const frame of frames) delete frame.labelled;
      settle({ x: map.x, y: map.y });
    },
    /** The word whose dot is nearest to a place, if nearer than `radius`; -1 if none is. */
    nearest(x, y, radius) {
      const found = map.tree.find(x, y, radius);
      return found === undefined ? -1 : found;
    },
  };
  function settle(frame) {
    frame.labelled ??= few ? sidedScales(map.x, map.y, map.order, boxes, i => radii[i])
      : { from: labelScales(map.x, map.y, map.order, left, right, LABEL_HEIGHT), side: new Uint8Array(n) };
    map.labelledFrom = frame.labelled.from;
    map.side = frame.labelled.side;
    map.tree = d3.quadtree().x(i => map.x[i]).y(i => map.y[i]).addAll(map.order);
  }
  const corners = frames.flatMap(({ x, y }) => extentOf(x, y, all)).concat(map.zero ? [map.zero] : []);
  const [left0, top0] = [0, 1].map(axis => Math.min(...corners.map(corner => corner[axis])));
  const [right0, bottom0] = [0, 1].map(axis => Math.max(...corners.map(corner => corner[axis])));
  map.extent = [[left0, top0], [right0, bottom0]]; // of all frames: a film stays where it is
  map.goTo(frames.length - 1);
  return map;
}
