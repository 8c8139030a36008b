// Labels that lie on no other label: their places, how they are written, and which one is under the mouse.

let labels = []; // those in view: {item, x: left end, y: middle, width, size}

/**
 * Places for labels, each beside, above or below its dot; a label without room is left out.
 *
 * @param {{x: number, y: number, width: number, height: number, radius: number}[]} wanted   the first have first choice
 * @param {{width: number, height: number}} page
 * @param {number[][]} taken   boxes [left, top, right, bottom] to keep clear of
 * @returns the labels there is room for, each with the left end and the middle height of its text
 */
function placeAround(wanted, page, taken = []) {
  const boxes = [...taken];
  return wanted.flatMap(label => {
    const { x, y, width, height, radius } = label, gap = radius + 3, step = gap + height / 2 - 2;
    const choices = [
      [x + gap, y], [x - gap - width, y], [x - width / 2, y - step], [x - width / 2, y + step],
      [x + gap / 2, y - step], [x + gap / 2, y + step],
      [x - gap / 2 - width, y - step], [x - gap / 2 - width, y + step],
    ];
    for (const [left, middle] of choices) {
      const box = [left - 3, middle - height / 2, left + width + 3, middle + height / 2];
      const inside = box[0] >= 0 && box[1] >= 0 && box[2] <= page.width && box[3] <= page.height;
      if (inside && !boxes.some(b => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3])) {
        boxes.push(box);
        return [{ ...label, left, middle }];
      }
    }
    return [];
  });
}

/** Write a text whose left end and middle height are given, on a rim that sets it off from what is behind. */
function write(context, text, left, middle, font, ink, rim = PAPER, breadth = 3) {
  context.font = font;
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.lineJoin = "round";
  context.lineWidth = breadth;
  context.strokeStyle = rim;
  context.strokeText(text, left, middle);
  context.fillStyle = ink;
  context.fillText(text, left, middle);
}

/** The item under mouse or finger: the one whose dot is near it, or on whose label it is. */
function itemAt(event, reach) {
  // Browsers give a movement's place in fractions of pixels and a click's in whole ones; both must find the same item.
  const edge = front.getBoundingClientRect();
  const x = Math.floor(event.clientX) - edge.x, y = Math.floor(event.clientY) - edge.y;
  const dot = dotAt(x, y, reach);
  if (dot >= 0) return dot;
  const label = labels.find(box => x >= box.x && x <= box.x + box.width && Math.abs(y - box.y) <= box.size / 2 + 1);
  return label ? label.item : -1;
}
