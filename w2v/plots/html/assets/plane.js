// The hyperbolic plane as the unit disc: its motions and its straight lines.
//
// A point is z = x + iy. A motion that turns nothing over is z -> (a z + b) / (conj(b) z + conj(a)) with
// |a|^2 - |b|^2 = 1, here [re a, im a, re b, im b].

const STILL = [1, 0, 0, 0];

/** Where a motion takes a point. */
function moved([ar, ai, br, bi], x, y) {
  const ur = ar * x - ai * y + br, ui = ar * y + ai * x + bi;
  const vr = br * x + bi * y + ar, vi = br * y - bi * x - ai;
  const size = vr * vr + vi * vi;
  return [(ur * vr + ui * vi) / size, (ui * vr - ur * vi) / size];
}

/** First the second motion, then the first. Scaled back, so that a thousand small ones are still a motion. */
function after([ar, ai, br, bi], [cr, ci, dr, di]) {
  const motion = [
    ar * cr - ai * ci + br * dr + bi * di, ar * ci + ai * cr + bi * dr - br * di,
    ar * dr - ai * di + br * cr + bi * ci, ar * di + ai * dr + bi * cr - br * ci,
  ];
  const size = Math.sqrt(motion[0] ** 2 + motion[1] ** 2 - motion[2] ** 2 - motion[3] ** 2);
  return motion.map(part => part / size);
}

/** The translation that takes the middle to (x, y). */
function translation(x, y) {
  const a = 1 / Math.sqrt(1 - x * x - y * y);
  return [a, 0, a * x, a * y];
}

/** The translation (a motion (z + b) / (1 + conj(b) z)) that takes one point to another. */
function carrying([ux, uy], [vx, vy]) {
  const u = ux * ux + uy * uy, v = vx * vx + vy * vy, size = 1 - u * v;
  return translation((vx * (1 - u) - ux * (1 - v)) / size, (vy * (1 - u) - uy * (1 - v)) / size);
}

/** The share of the way that a translation makes which takes (x, y) to the middle. */
function towardsMiddle(x, y, share) {
  const length = Math.hypot(x, y);
  if (length < 1e-12) return STILL;
  const step = -Math.tanh(share * Math.atanh(length)) / length;
  return translation(step * x, step * y);
}

/** The point on the straight way from (px, py) to (qx, qy), a share of the way along. */
function onTheWay(px, py, qx, qy, share) {
  const [x, y] = moved(translation(-px, -py), qx, qy), length = Math.hypot(x, y);
  if (length < 1e-12) return [px, py];
  const step = Math.tanh(share * Math.atanh(length)) / length;
  return moved(translation(px, py), step * x, step * y);
}

/**
 * The straight line from (px, py) to (qx, qy), as two Bézier curves: [x, y] of six control points after the first.
 * It leaves in the direction of (q - p) / (1 - conj(p) q), which is the chord turned by -arg(1 - conj(p) q).
 */
function geodesic(px, py, qx, qy) {
  const turn = -Math.atan2(py * qx - px * qy, 1 - px * qx - py * qy);
  const bend = Math.tan(turn / 2) / 2, dx = qx - px, dy = qy - py;
  const mx = px + dx / 2 - bend * dy, my = py + dy / 2 + bend * dx;
  return [...handles(px, py, mx, my, turn / 2), mx, my, ...handles(mx, my, qx, qy, turn / 2), qx, qy];
}

function handles(px, py, qx, qy, turn) {
  const reach = 1 / (3 * Math.cos(turn / 2) ** 2), c = reach * Math.cos(turn), s = reach * Math.sin(turn);
  const dx = qx - px, dy = qy - py;
  return [px + c * dx - s * dy, py + s * dx + c * dy, qx - c * dx - s * dy, qy + s * dx - c * dy];
}
