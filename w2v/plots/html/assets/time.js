// Moments of training: a slider and a button, and words that move from one frame to the next.

const last = map.frames.length - 1;
let timer = null;

function showMoment(at) {
  moment = Math.min(Math.max(at, 0), last);
  map.goTo(moment);
  $("frame").value = Math.round(moment);
  $("moment").textContent = map.frames[Math.round(moment)];
  redraw();
}

/** Move the words from where they are to a frame. */
function walk(to, whenThere = () => {}) {
  timer?.stop();
  const from = moment, milliseconds = still ? 0 : 500 * Math.max(Math.min(Math.abs(to - from), 1), 0.3);
  timer = d3.timer(elapsed => {
    const share = milliseconds ? Math.min(elapsed / milliseconds, 1) : 1;
    showMoment(share === 1 ? to : from + (to - from) * d3.easeCubicInOut(share));
    if (share < 1) return;
    timer.stop();
    timer = null;
    whenThere();
  });
}

function play(on) {
  $("play").textContent = on ? "❚❚" : "▶";
  $("play").setAttribute("aria-label", on ? "Pause" : "Play");
  if (!on) return;
  const step = () => {
    if ($("play").textContent === "▶") return;
    if (moment >= last) play(false);
    else walk(Math.floor(moment) + 1, () => d3.timeout(step, 250));
  };
  if (moment >= last) showMoment(0);
  d3.timeout(step, 300);
}

if (last > 0) {
  $("time").hidden = false;
  $("frame").max = last;
  $("frame").addEventListener("input", event => { play(false); walk(Number(event.target.value)); });
  $("play").addEventListener("click", () => play($("play").textContent === "▶"));
  showMoment(last);
}
