// Saving what is seen as a PNG, twice as fine as the screen: what the page draws, with title, legend and caption.

/** Lines of a text that fit a width, broken between words. */
function lines(context, text, width) {
  const broken = [];
  for (const word of text.split(/\s+/)) {
    const longer = broken.length ? `${broken[broken.length - 1]} ${word}` : word;
    if (broken.length && context.measureText(longer).width <= width) broken[broken.length - 1] = longer;
    else broken.push(word);
  }
  return broken;
}

/** The looks that are shown, in rows that fit a width. */
function legend(context, width) {
  const groups = [];
  let x = 0, row = 0;
  for (const look of shownLooks()) {
    const wide = 15 + context.measureText(look.name).width;
    if (x && x + wide > width) [x, row] = [0, row + 1];
    groups.push({ look, x, row });
    x += wide + 18;
  }
  return groups;
}

/** A canvas with what is seen now, `fineness` pixels for each of the screen's. */
function picture(fineness = 2) {
  const canvas = document.createElement("canvas"), context = canvas.getContext("2d");
  const caption = $("caption").textContent.trim(), title = $("heading").textContent.trim();
  context.font = fontOf(13);
  const groups = legend(context, page.width - 48), rows = groups.length ? groups[groups.length - 1].row + 1 : 0;
  context.font = fontOf(11.5);
  const told = caption ? lines(context, caption, page.width - 48) : [];
  const head = 20 + (title ? 38 : 0) + 24 * rows, foot = 20 + 17 * told.length, height = head + page.height + foot;
  canvas.width = Math.round(page.width * fineness);
  canvas.height = Math.round(height * fineness);
  context.scale(fineness, fineness);
  context.fillStyle = PAPER;
  context.fillRect(0, 0, page.width, height);
  paint(context, fineness, head);
  context.fillStyle = INK;
  context.font = fontOf(22, 500);
  context.textBaseline = "middle";
  if (title) context.fillText(title, 24, 38, page.width - 48);
  context.font = fontOf(13);
  for (const { look, x, row } of groups) {
    const y = (title ? 72 : 34) + 24 * row;
    outline(context, look.mark, 29 + x, y - 1, 4.5);
    context.fillStyle = look.colour;
    context.fill();
    context.fillStyle = INK;
    context.fillText(look.name, 39 + x, y);
  }
  context.font = fontOf(11.5);
  context.fillStyle = QUIET;
  told.forEach((line, row) => context.fillText(line, 24, head + page.height + 12 + 17 * row));
  return canvas;
}

function save() {
  picture().toBlob(blob => {
    const link = made("a", null, { href: URL.createObjectURL(blob), download: `${document.title || "picture"}.png` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }, "image/png");
}
