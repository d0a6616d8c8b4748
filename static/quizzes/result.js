// The attempt is over: nothing of it stays on this device but what came too late for the server, which is told.
import { forget, keep, kept } from "./keeper.js";

const { attempt, stored } = document.getElementById("main").dataset;
const note = document.querySelector("#late > *");
const { given, unsent } = kept(attempt);
const late = JSON.parse(stored).filter(([number, , seq]) => unsent.has(String(number)) && given.get(String(number))?.seq > seq);

keep(attempt, given, new Set(late.map(([number]) => String(number)))); // what came with the form is not late
forget(attempt);
if (late.length) {
  const words = note.querySelector("span");
  words.textContent = words.dataset.words.replace("{numbers}", late.map(([, place]) => place).join(", "));
  note.querySelector("button").addEventListener("click", () => {
    keep(attempt, new Map(), new Set());
    forget(attempt);
    note.hidden = true;
  });
  note.hidden = false;
}
