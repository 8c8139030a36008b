// Parts of which a step is drawn: words, bars, rows of numbers, tables, the curves of a loss.

const NARROW = 6; // numbers of a row that are shown
const SVG = "http://www.w3.org/2000/svg";
const sigmoid = x => 1 / (1 + Math.exp(-x));
const softplus = x => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** A number with three or four figures that say something. */
function figure(x, digits = 3) {
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size >= 1000) return plain(Math.round(x));
  if (size < 0.001) return x.toExponential(1).replaceAll("-", "−");
  return x.toFixed(size < 0.1 ? digits + 1 : digits).replace("-", "−");
}

function node(tag, className, ...parts) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...parts);
  return made;
}

const paragraph = (...parts) => node("p", "", ...parts);

/** A formula, in whose texts `_n` is an index and `^n` a power. */
const formula = (...parts) => node("code", "formula", ...parts.flatMap(part => (
  part instanceof Node ? [part] : part.split(/([_^][\w.]+)/).map(piece => (
    piece[0] === "_" ? node("sub", "", piece.slice(1)) : piece[0] === "^" ? node("sup", "", piece.slice(1)) : piece)))));
const word = (text, role = "") => node("span", role, text);

/** A bar of a share 0 to 1, and where it should end. */
function bar(share, colour, wanted = null) {
  const full = node("i"), whole = node("div", "bar", full);
  full.style.width = `${100 * Math.min(Math.max(share, 0), 1)}%`;
  full.style.setProperty("--fill", `var(--${colour})`);
  if (wanted !== null) {
    const mark = node("b");
    mark.style.left = wanted ? "calc(100% - 2px)" : "0";
    whole.append(mark);
  }
  return whole;
}

/** Two bars, one below the other, of which the longest of all is as long as the room. */
function twoBars(before, after, longest, colour) {
  return node("div", "bar two", ...[before, after].map(value => {
    const part = node("i");
    part.style.width = `${(100 * value) / Math.max(longest, 1e-12)}%`;
    part.style.setProperty("--fill", `var(--${colour})`);
    return part;
  }));
}

/** Numbers of a row, the larger the stronger their colour. */
function cells(row, size, when = "", largest = Math.max(...row.map(Math.abs), 1e-12)) {
  const shown = row.slice(0, NARROW).map(x => {
    const cell = node("span", "", figure(x));
    const tone = x < 0 ? "--minus" : "--plus";
    cell.style.background = `rgba(var(${tone}), ${(0.32 * Math.min(Math.abs(x) / largest, 1)).toFixed(3)})`;
    return cell;
  });
  if (size > NARROW) shown.push(node("span", "more", `… ${size} in all`));
  const whole = node("div", "cells", ...shown);
  if (when) whole.dataset.when = when;
  return whole;
}

/** A table: columns {name, className}, rows of cells with an optional class each. */
function table(columns, rows) {
  const head = node("tr", "", ...columns.map(([name, className = ""]) => node("th", className, name)));
  const body = rows.map(({ cells: parts, className = "" }) => node("tr", className, ...parts.map((part, i) => (
    node("td", columns[i][1] || "", part)))));
  return node("div", "scroll", node("table", "", node("thead", "", head), node("tbody", "", ...body)));
}

function drawn(tag, attributes, text = null) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== null) made.textContent = text;
  return made;
}

/** The losses −log s(x) and −log s(−x), with a dot for each judgement, and with its slope if asked for. */
function curve(judged, slopes) {
  const reach = Math.max(4, ...judged.map(each => Math.abs(each.score) + 1)), top = Math.max(3, softplus(reach));
  const [width, height, left, bottom] = [600, 240, 34, 24];
  const x = s => left + ((s + reach) / (2 * reach)) * (width - left), y = loss => (height - bottom) * (1 - loss / top);
  const picture = drawn("svg", { class: "curve", viewBox: `0 -8 ${width} ${height + 14}`, role: "img",
    "aria-label": "The loss of a judgement by its score" });
  const line = wanted => Array.from({ length: 81 }, (_, i) => -reach + (i * reach) / 40)
    .map((s, i) => `${i ? "L" : "M"}${x(s).toFixed(1)} ${y(softplus(wanted ? -s : s)).toFixed(1)}`).join("");
  picture.append(
    drawn("line", { class: "axis", x1: left, x2: width, y1: y(0), y2: y(0) }),
    drawn("line", { class: "axis", x1: x(0), x2: x(0), y1: 0, y2: y(0) }),
    drawn("path", { class: "w", d: line(true) }), drawn("path", { class: "u", d: line(false) }),
    drawn("text", { class: "left", x: x(-reach) + 44, y: y(top) + 10 }, "−log s(x): should be 1"),
    drawn("text", { x: width - 44, y: y(top) + 10, "text-anchor": "end" }, "−log s(−x): should be 0"),
    drawn("text", { x: x(0), y: height - 6, "text-anchor": "middle" }, "score x = 0"),
    drawn("text", { x: width, y: height - 6, "text-anchor": "end" }, figure(reach, 1)),
    drawn("text", { x: left, y: height - 6 }, figure(-reach, 1)),
  );
  const taken = [];
  for (const each of judged) {
    const cx = x(each.score), cy = y(softplus(each.wanted ? -each.score : each.score));
    if (slopes) {
      const slope = sigmoid(each.score) - (each.wanted ? 1 : 0), half = reach / 7;
      picture.append(drawn("line", { class: "tangent", x1: x(each.score - half), x2: x(each.score + half),
        y1: cy + slope * half * ((height - bottom) / top), y2: cy - slope * half * ((height - bottom) / top) }));
    }
    picture.append(drawn("circle", { cx, cy, r: 5, fill: `var(--${each.wanted ? "centre" : "noise"})` }));
    const near = dy => taken.some(([a, b]) => Math.abs(a - cx) < 62 && Math.abs(b - cy - dy) < 12);
    const free = [-9, 17, -22, 30].find(dy => !near(dy));
    if (free === undefined) continue;
    taken.push([cx, cy + free]);
    picture.append(drawn("text", { class: "name", x: cx, y: cy + free, "text-anchor": "middle" }, short(each.name)));
  }
  return picture;
}

const short = text => ([...text].length > 14 ? `${[...text].slice(0, 13).join("")}…` : text);
