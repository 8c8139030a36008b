// The last part: keys, buttons and sizes; everything is known, and the picture is shown.

document.addEventListener("keydown", event => {
  const typing = event.target instanceof HTMLInputElement; // in the search, or on the slider
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") query.focus();
  else if (event.key === "Escape") pin(-1);
  else if (event.key === "0") home();
  else if (event.key in keys) keys[event.key]();
  else return;
  event.preventDefault();
});
front.addEventListener("pointerleave", () => hover(-1));
$("all").addEventListener("click", () => home());
$("png").addEventListener("click", () => save());
addEventListener("resize", resize);
resize();
