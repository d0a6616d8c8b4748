// The time that is left, by the server's clock: the page brings it, and so does every saved answer. The server alone closes the quiz.
const ON_ITS_WAY = 12; // seconds after which the server has closed what has no grace
const clock = document.getElementById("clock");
const warning = document.getElementById("warning");
let said;

// A page out of this device's own store is old: then what was last heard goes on.
const before = kept();
correct(Math.min(Number(clock?.dataset.seconds), before ? before.left - (Date.now() - before.on) / 1000 : Infinity));

function kept() {
  try { return JSON.parse(localStorage.getItem(`clock:${clock?.dataset.attempt}`)); } catch { return null; }
}

// The first clock cannot be set back by the phone's settings, the second goes on while the phone sleeps.
const elapsed = () => Math.max(performance.now() - said.at, Date.now() - said.on) / 1000;

/** The server has just said how many seconds are left; a phone's clock may be fast or slow, or the time was made longer. */
export function correct(left) {
  if (!clock || typeof left !== "number") return;
  said = { left, at: performance.now(), on: Date.now() };
  try { localStorage.setItem(`clock:${clock.dataset.attempt}`, JSON.stringify({ left, on: said.on })); } catch { /* it only shows the time */ }
}

function wordsFor(left, grace) {
  if (left > 300) return "";
  if (left > 60) return clock.dataset.soon.replace("{minutes}", Math.ceil(left / 60));
  if (left > 0) return clock.dataset.last;
  return grace ? clock.dataset.overdue.replace("{minutes}", Math.max(1, Math.ceil((left + grace) / 60))) : clock.dataset.over;
}

/** Count down, warn at five minutes, at one and at the end. `ended`: the time is over, the grace begins; `over`: the server has closed the quiz. */
export function countDown(over, ended = () => {}) {
  if (!clock) return;
  const grace = Number(clock.dataset.grace);
  let stage = 4;
  const tick = () => {
    const left = Math.ceil(said.left - elapsed());
    const shown = Math.max(0, left);
    clock.textContent = left <= 0 && grace ? clock.dataset.late : `${Math.floor(shown / 60)}:${String(shown % 60).padStart(2, "0")}`;
    const now = [0, 60, 300, Infinity].findIndex((limit) => left <= limit);
    if (now !== stage) {
      if (now === 0 && grace) ended(wordsFor(left, grace));
      if (now < stage) warning.textContent = wordsFor(left, grace);
      stage = now;
      clock.classList.toggle("late", left <= 300);
    }
    if (left > -Math.max(ON_ITS_WAY, grace + 2)) return;
    clearInterval(timer);
    over();
  };
  const timer = setInterval(tick, 1000);
  tick();
}
