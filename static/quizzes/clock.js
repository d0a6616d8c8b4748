// The time that is left. It only shows what the server said; the server alone closes the quiz, some seconds after the end.
const GRACE = 12;
const clock = document.getElementById("clock");
const warning = document.getElementById("warning");
const started = performance.now();
const startedAt = Date.now();

// The first clock cannot be set back by the phone's settings, the second goes on while the phone sleeps.
const elapsed = () => Math.max(performance.now() - started, Date.now() - startedAt) / 1000;

function wordsFor(left) {
  if (left > 300) return "";
  if (left > 60) return clock.dataset.soon.replace("{minutes}", Math.ceil(left / 60));
  return left > 0 ? clock.dataset.last : clock.dataset.over;
}

/** Count down, warn at five minutes, at one and at the end, and call `over` when the server has closed the quiz. */
export function countDown(over) {
  let stage = 4;
  const tick = () => {
    const left = Math.ceil(clock.dataset.seconds - elapsed());
    const shown = Math.max(0, left);
    clock.textContent = `${Math.floor(shown / 60)}:${String(shown % 60).padStart(2, "0")}`;
    const now = [0, 60, 300, Infinity].findIndex((limit) => left <= limit);
    if (now < stage) {
      stage = now;
      warning.textContent = wordsFor(left);
      clock.classList.toggle("late", left <= 300);
    }
    if (left > -GRACE) return;
    clearInterval(timer);
    over();
  };
  const timer = setInterval(tick, 1000);
  tick();
}
