// Which labels to show, so that none is ever on another.
//
// A label has the same size on the screen at every zoom. Two labels that are apart at some scale are therefore apart at
// every larger one, and a label may stay once it has come. So each word, the most frequent first, gets its label at the
// smallest scale (pixels per unit of the map) from which on it never meets the label of a more frequent word,
//
//   from[i] = max { apart(i, j) : j more frequent than i, from[j] < apart(i, j) },
//
// apart(i, j) being the scale that sets the two just apart. Labels then only appear as one comes nearer, do not flicker
// as one pans, and of each place its most frequent word is read first.

// A label is filed, at each of these scales at which it is shown or soon will be, under the cells of a grid that it
// touches there. Whom a word meets last is then found by going down the scales to the first at which it meets anyone.
const SCALES = Float64Array.from({ length: 21 }, (_, rung) => 120 * 2 ** (rung / 2));
const CELL = 80, SLOTS = 1 << 18; // pixels; cells that share a slot only cost a look
const ALIKE = 500, LATER = 0.05; // for `sidedScales`

/**
 * @param {Float32Array} x, y   places of the words, in units of the map
 * @param {Int32Array} order    words to label, the most frequent first
 * @param {Float32Array} left, right   how far a label with its dot reaches from the word's place, in pixels
 * @param {number} height       of a label with its margin, in pixels
 * @returns {Float64Array} scale from which each word is labelled; infinite: never
 */
function labelScales(x, y, order, left, right, height) {
  const from = new Float64Array(x.length).fill(Infinity);
  const slots = new Int32Array(SLOTS).fill(-1), touched = new Int32Array(64), filed = [], next = [];
  /** Write the slots of the cells that a label touches into `touched`; how many there are. */
  const touch = (rung, i) => {
    const scale = SCALES[rung], row = Math.floor((scale * y[i]) / height - 0.5);
    const first = Math.floor((scale * x[i] - left[i]) / CELL), last = Math.floor((scale * x[i] + right[i]) / CELL);
    let count = 0;
    for (let column = first; column <= last; column++) {
      const slot = Math.imul(column, 19349663) ^ Math.imul(rung, 83492791);
      touched[count++] = (slot ^ Math.imul(row, 73856093)) & (SLOTS - 1);
      touched[count++] = (slot ^ Math.imul(row + 1, 73856093)) & (SLOTS - 1);
    }
    return count;
  };
  for (const i of order) {
    let scale = 0, rung = SCALES.length;
    while (!scale && rung) {
      const least = SCALES[--rung], count = touch(rung, i);
      for (let place = 0; place < count; place++) {
        for (let entry = slots[touched[place]]; entry >= 0; entry = next[entry]) {
          const j = filed[entry], width = x[j] <= x[i] ? right[j] + left[i] : right[i] + left[j];
          const apart = Math.min(width / Math.abs(x[j] - x[i]), height / Math.abs(y[j] - y[i]));
          if (apart > least && apart > scale && from[j] < apart) scale = apart;
        }
      }
    }
    from[i] = scale || SCALES[0];
    if (from[i] === Infinity) continue; // two words on one spot never come apart
    for (; rung < SCALES.length; rung++) {
      for (let count = touch(rung, i); count > 0; count--) {
        next.push(slots[touched[count - 1]]);
        slots[touched[count - 1]] = filed.push(i) - 1;
      }
    }
  }
  return from;
}

/**
 * The same of few words, whose labels stand at any side of their dots and cover none.
 *
 * Seen from a word, another goes away on a straight line as the scale grows, and so lies in its label from one scale to
 * another; what counts is the second. Of the sides of its dot a label takes the one at which it comes first; a later one
 * has to be that much better, and below one scale, at which the whole map is seen, all are alike.
 *
 * @param {(i: number) => number[][]} sides   boxes of a word's label, the best first, seen from its place, in pixels
 * @param {(i: number) => number} radius   of its dot
 * @returns {{from: Float64Array, side: Uint8Array}} scale from which each word is labelled, and at which side
 */
function sidedScales(x, y, order, sides, radius) {
  const from = new Float64Array(x.length).fill(Infinity), side = new Uint8Array(x.length);
  const things = [...order].map(i => ({ i, box: [-radius(i), -radius(i), radius(i), radius(i)], since: 0 }));
  for (const i of order) {
    let best = { cost: Infinity };
    sides(i).forEach((box, k) => {
      let scale = SCALES[0];
      for (const { i: j, box: other, since } of things) {
        if (i === j) continue; // its own dot
        const until = lastMeeting(x[j] - x[i], y[j] - y[i], box, other);
        if (until > scale && since < until) scale = until;
      }
      const cost = Math.max(scale, ALIKE) * (1 + LATER * k);
      if (cost < best.cost) best = { cost, scale, box, k };
    });
    if (best.cost === Infinity) continue; // two words on one spot never come apart
    from[i] = best.scale;
    side[i] = best.k;
    things.push({ i, box: best.box, since: best.scale });
  }
  return { from, side };
}

/** The scale up to which two boxes meet that are seen from places so far from each other; 0 if they never do. */
function lastMeeting(dx, dy, [left, top, right, bottom], [left2, top2, right2, bottom2]) {
  let enter = 0, leave = Infinity;
  for (const [way, low, high] of [[dx, left - right2, right - left2], [dy, top - bottom2, bottom - top2]]) {
    if (way === 0) {
      if (low >= 0 || high <= 0) return 0;
      continue;
    }
    enter = Math.max(enter, Math.min(low / way, high / way));
    leave = Math.min(leave, Math.max(low / way, high / way));
  }
  return leave > enter ? leave : 0;
}

/** Corners of the smallest box around places: [[left, top], [right, bottom]]. */
function extentOf(x, y, words) {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const i of words) {
    x0 = Math.min(x0, x[i]); x1 = Math.max(x1, x[i]);
    y0 = Math.min(y0, y[i]); y1 = Math.max(y1, y[i]);
  }
  return [[x0, y0], [x1, y1]];
}
