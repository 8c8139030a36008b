// The item in focus: the one under the mouse, or one that was pinned. The card shows what is known of it.

let hovered = -1, pinned = -1;
const focused = () => (pinned >= 0 ? pinned : hovered);

function showCard() {
  const item = focused(), card = $("card");
  card.hidden = item < 0;
  card.classList.toggle("pinned", pinned >= 0);
  if (item < 0) return card.replaceChildren();
  const close = made("button", "×", { id: "close", type: "button", "aria-label": "Unpin", title: "Unpin (Esc)" });
  close.addEventListener("click", () => pin(-1));
  return card.replaceChildren(...(pinned >= 0 ? [close] : []), made("h2", textOf(item)), ...cardOf(item));
}

function hover(item) {
  front.classList.toggle("over", item >= 0);
  if (item === hovered) return;
  hovered = item;
  if (pinned < 0) showCard();
  drawTop();
}

function pin(item) {
  pinned = item;
  hovered = -1;
  showCard();
  drawTop();
}

/** Pin an item and bring it to the middle. */
function go(item) {
  pin(item);
  fly(item);
}

/** A row of a list on the card; an item is followed by a click. */
function row(parts, item = -1, attributes = {}) {
  const cell = made(item < 0 ? "span" : "button", null, item < 0 ? attributes : { type: "button", ...attributes });
  cell.append(...parts);
  if (item >= 0) cell.addEventListener("click", () => go(item));
  const entry = made("li", null);
  entry.append(cell);
  return entry;
}

function list(rows) {
  const ordered = made("ol", null);
  ordered.append(...rows);
  return ordered;
}

/** An entry of the legend, which can be clicked where there is something to do. */
function entry(look, act, attributes = {}) {
  const node = made(act ? "button" : "div", null, act ? { type: "button", ...attributes } : attributes);
  const icon = document.createElement("canvas"), context = icon.getContext("2d");
  icon.width = icon.height = 36;
  context.scale(3, 3);
  outline(context, look.mark, 6, 6, 4);
  context.fillStyle = look.colour;
  context.fill();
  node.append(icon, made("span", look.name));
  if (act) node.addEventListener("click", () => act(node));
  $("legend").append(node);
}
