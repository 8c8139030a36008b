// Finding an item by its name: a box that offers some as one types. Enter flies to the first, or to the one chosen with arrows.

const query = $("query"), offers = $("found");
const folded = names.map(name => name.toLocaleLowerCase());
let chosen = 0, found = [];

/** Those whose name begins with the text, the same name first, then those that contain it; at most eight. */
function matches(text) {
  const sought = text.trim().toLocaleLowerCase(), begin = [], within = [];
  if (!sought) return [];
  for (let i = 0; i < folded.length && begin.length < 8; i++) {
    const place = folded[i].indexOf(sought);
    if (place === 0 && folded[i] !== sought) begin.push(i);
    else if (place > 0 && within.length < 8) within.push(i);
  }
  const same = folded.flatMap((word, i) => (word === sought ? [i] : []));
  same.sort((a, b) => (names[b] === text.trim()) - (names[a] === text.trim()));
  return [...same, ...begin, ...within].slice(0, 8);
}

function offer() {
  found = matches(query.value);
  chosen = 0;
  const items = found.map((word, place) => {
    const item = made("li", textOf(word), { role: "option", id: `found-${place}` });
    item.addEventListener("pointerdown", event => { event.preventDefault(); choose(word); });
    return item;
  });
  const sought = query.value.trim();
  if (!found.length && sought) {
    items.push(made("li", `No ${data.item} ${data.where} contains “${sought}”.`, { class: "none", role: "alert" }));
  }
  offers.replaceChildren(...items);
  offers.hidden = !items.length;
  mark();
}

function mark() {
  query.setAttribute("aria-expanded", String(!offers.hidden));
  [...offers.children].forEach((item, place) => (
    item.setAttribute("aria-selected", String(place === chosen && found.length > 0))));
  if (found.length) query.setAttribute("aria-activedescendant", `found-${chosen}`);
  else query.removeAttribute("aria-activedescendant");
}

function choose(item) {
  query.value = textOf(item);
  query.blur(); // so that the next keys move the picture
  go(item);
}

query.addEventListener("input", offer);
query.addEventListener("focus", () => query.select());
query.addEventListener("click", () => offers.hidden && query.select()); // a click on an old search begins a new one
query.addEventListener("blur", () => { offers.hidden = true; mark(); });
query.addEventListener("keydown", event => {
  if (event.isComposing) return; // Enter ends the typing of a Chinese word
  if (event.key === "Enter" && offers.hidden) offer();
  if (event.key === "Enter" && found.length) choose(found[chosen]);
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (offers.hidden) offer();
    else if (found.length) chosen = (chosen + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
    mark();
    event.preventDefault();
  } else if (event.key === "Escape") {
    query.value = "";
    query.blur();
    pin(-1);
  }
});
