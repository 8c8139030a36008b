// Moments of training, where a page has more than one: a slider and a button, and items that move from one to the next.

const last = stages.length - 1;
let moment = last, walking = 0;

function showMoment(at) {
  moment = Math.min(Math.max(at, 0), last);
  goTo(moment);
  $("frame").value = Math.round(moment);
  $("moment").textContent = stages[Math.round(moment)];
  redraw();
}

/** Move the items from where they are to a moment. */
function walk(to, whenThere = () => {}) {
  const mine = ++walking, from = moment, begin = performance.now();
  const milliseconds = still ? 0 : 500 * Math.max(Math.min(Math.abs(to - from), 1), 0.3);
  const step = now => {
    if (mine !== walking) return; // another walk began
    const share = milliseconds ? Math.min(Math.max((now - begin) / milliseconds, 0), 1) : 1;
    showMoment(share === 1 ? to : from + (to - from) * share * share * (3 - 2 * share));
    if (share < 1) requestAnimationFrame(step);
    else whenThere();
  };
  requestAnimationFrame(step);
}

function play(on) {
  $("play").textContent = on ? "❚❚" : "▶";
  $("play").setAttribute("aria-label", on ? "Pause" : "Play");
  if (!on) return;
  const step = () => {
    if ($("play").textContent === "▶") return;
    if (moment >= last) play(false);
    else walk(Math.floor(moment) + 1, () => setTimeout(step, 250));
  };
  if (moment >= last) showMoment(0);
  setTimeout(step, 300);
}

if (last > 0) {
  $("time").hidden = false;
  $("frame").max = last;
  $("frame").addEventListener("input", event => { play(false); walk(Number(event.target.value)); });
  $("play").addEventListener("click", () => play($("play").textContent === "▶"));
  showMoment(last);
}
