// The time that is left, by the server's clock. It only shows what the server said; the server alone closes the quiz, some seconds after
// the end. The page may come out of this device's own store: then what was last heard of the server's clock is gone on from.
const GRACE = 12;
const clock = document.getElementById("clock");
const warning = document.getElementById("warning");
const KEPT = `clock:${clock.dataset.attempt}`;

let ends = Number(clock.dataset.ends) || null; // in milliseconds of the server's clock; none: the quiz has no end
let heard = { server: 0, performance: 0, date: 0 };

function kept() {
  try { return JSON.parse(localStorage.getItem(KEPT)) ?? {}; } catch { return {}; }
}

/** The server said what time it is and when the quiz ends, in milliseconds. */
export function hear(server, newEnds) {
  heard = { server, performance: performance.now(), date: Date.now() };
  ends = newEnds;
  try { localStorage.setItem(KEPT, JSON.stringify({ server, date: heard.date, ends })); } catch { /* it only shows the time */ }
}

const before = kept();
const stated = Number(clock.dataset.now);
const goneOn = before.server ? before.server + Math.max(0, Date.now() - before.date) : 0;
hear(Math.max(stated, goneOn), goneOn > stated && before.ends ? before.ends : ends);

// The first clock cannot be set back by the phone's settings, the second goes on while the phone sleeps.
const serverNow = () => heard.server + Math.max(performance.now() - heard.performance, Date.now() - heard.date);

function wordsFor(left) {
  if (left > 300) return "";
  if (left > 60) return clock.dataset.soon.replace("{minutes}", Math.ceil(left / 60));
  return left > 0 ? clock.dataset.last : clock.dataset.over;
}

/** Count down, warn at five minutes, at one and at the end, and call `over` when the server has closed the quiz. */
export function countDown(over) {
  let stage = 4;
  const tick = () => {
    if (!ends) return;
    const left = Math.ceil((ends - serverNow()) / 1000);
    const shown = Math.max(0, left);
    clock.textContent = `${Math.floor(shown / 60)}:${String(shown % 60).padStart(2, "0")}`;
    const now = [0, 60, 300, Infinity].findIndex((limit) => left <= limit);
    if (now !== stage) {
      if (now < stage) warning.textContent = wordsFor(left);
      stage = now;
      clock.classList.toggle("late", left <= 300);
    }
    if (left > -GRACE) return;
    clearInterval(timer);
    over();
  };
  const timer = setInterval(tick, 1000);
  tick();
}
