// Saves each answer as it is given. What the server has not confirmed is kept on this device and sent again.
// Without this script the page is a plain form; with it, the form still carries every answer.
import { countDown } from "./clock.js";
import { answerOf, dress, give as put } from "./widgets.js";

const form = document.getElementById("quiz");
const words = form.dataset;
const KEPT = `answers:${words.attempt}`;
const FLAGS = `flags:${words.attempt}`;
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;
const SUBMIT_WAITS = 2000;

const questions = new Map();
for (const field of form.querySelectorAll("fieldset.q")) {
  const seen = field.querySelector('[name^="seen-"]');
  questions.set(field.dataset.number, { field, seen, seq: Number(seen.value), flag: field.querySelector(".q-f") });
}
const unsent = new Map(); // number -> {answer, seq}: only the newest of each question
const flags = new Set(JSON.parse(sessionStorage.getItem(FLAGS) ?? "[]"));

// ---- what the page shows

function give(question, answer, seq) {
  put(question.field, answer);
  count(question, seq);
}

/** The form says which change it builds on, so that it saves this very one under the same number. */
function count(question, seq) {
  question.seq = seq;
  question.seen.value = Math.max(0, seq - 1);
}

function paint() {
  const palette = document.querySelector(".pal");
  let answered = 0;
  [...questions].forEach(([number, question], place) => {
    const given = answerOf(question.field).length > 0;
    const link = palette.querySelectorAll("a")[place];
    const label = palette.dataset[given ? "answered" : "empty"].replace("{number}", number);
    answered += given;
    link.classList.toggle("a", given);
    link.classList.toggle("f", flags.has(number));
    link.setAttribute("aria-label", flags.has(number) ? palette.dataset.flagged.replace("{question}", label) : label);
    question.flag.setAttribute("aria-pressed", String(flags.has(number)));
  });
  for (const line of document.querySelectorAll(".count")) line.textContent = line.dataset.words.replace("{answered}", answered);
  document.getElementById("meter").value = answered;
}

let soon;
function say(text, after = 0) {
  clearTimeout(soon);
  const line = document.getElementById("saved");
  soon = setTimeout(() => { if (line.textContent !== text) line.textContent = text; }, after);
}

function showOffline(offline) {
  document.querySelector("#offline > *").hidden = !offline;
  if (offline && unsent.size) say(words.kept);
}

/** Something that sending again will not mend: in the server's words, with a way on. */
function showTrouble(text, way = "") {
  const box = document.querySelector("#trouble > *");
  box.querySelector("span").textContent = text;
  box.querySelector("a").textContent = way;
  box.querySelector("a").hidden = !way;
  box.hidden = !text;
}

// ---- keeping and sending

function keep() {
  try {
    if (unsent.size) localStorage.setItem(KEPT, JSON.stringify([...unsent]));
    else localStorage.removeItem(KEPT);
  } catch { /* storage is full or forbidden: sending still works */ }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "[]");
  } catch {
    return [];
  }
}

function leave() {
  if (!navigator.onLine) { addEventListener("online", leave, { once: true }); return; }
  unsent.clear();
  keep();
  location.reload(); // the server shows the result
}

let wait = FIRST_WAIT;
let retry;
function later() {
  clearTimeout(retry);
  retry = setTimeout(send, wait);
  wait = Math.min(wait * 2, LONGEST_WAIT);
}

let running = null;
function send() {
  running ??= sendAll().finally(() => { running = null; });
  return running;
}

async function sendAll() {
  clearTimeout(retry);
  while (unsent.size) {
    const [number, { answer, seq }] = unsent.entries().next().value;
    say(words.saving, 400);
    let response;
    let body = {};
    try {
      response = await fetch(`${form.getAttribute("action")}/${number}`, {
        method: "PUT",
        headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value },
        body: JSON.stringify({ answer, seq }),
        keepalive: true,
        signal: AbortSignal.timeout(15000),
      });
      body = await response.json();
    } catch {
      if (!response) { showOffline(true); later(); return; }
    }
    showOffline(false);
    if (response.ok) wait = FIRST_WAIT;
    if (!settle(response.status, body, number, seq)) return;
  }
}

/** Draw the consequence of one reply; whether the next answer may be sent. */
function settle(status, body, number, seq) {
  const newest = unsent.get(number);
  if (status === 200 || (status === 409 && "seq" in body)) {
    if (status === 409 && body.seq >= newest.seq) {
      give(questions.get(number), body.answer, body.seq);
      showTrouble(words.newer.replace("{number}", number));
      paint();
    }
    if (newest.seq <= Math.max(seq, body.seq)) unsent.delete(number);
    keep();
    if (!unsent.size) say(words.saved.replace("{time}", new Date(body.saved_at ?? Date.now()).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })));
    return true;
  }
  if (status === 404 || status === 409) { leave(); return false; }
  say(words.failed);
  if (status >= 500 || status === 429) later();
  else { say(words.keptHere); showTrouble(body.error ?? words.keptHere, status === 401 ? words.signIn : words.reload); }
  return false;
}

// ---- what the person does

/** The person has changed the answer to this question. */
function change(number, question) {
  count(question, question.seq + 1);
  unsent.set(number, { answer: answerOf(question.field), seq: question.seq });
}

form.addEventListener("change", (event) => {
  const number = event.target.closest("fieldset.q")?.dataset.number;
  if (!number) return;
  change(number, questions.get(number));
  keep();
  paint();
  showTrouble("");
  send();
});

form.addEventListener("focusin", (event) => {
  const number = event.target.closest("fieldset.q")?.dataset.number;
  if (!number) return;
  document.querySelector(".pal [aria-current]")?.removeAttribute("aria-current");
  document.querySelector(`.pal a[href="#q${number}"]`).setAttribute("aria-current", "step");
});

for (const [number, { flag }] of questions) {
  flag.hidden = false;
  flag.addEventListener("click", () => {
    if (!flags.delete(number)) flags.add(number);
    sessionStorage.setItem(FLAGS, JSON.stringify([...flags]));
    paint();
  });
}

form.addEventListener("submit", async (event) => {
  if (!unsent.size && navigator.onLine) return;
  event.preventDefault();
  if (!navigator.onLine) { showOffline(true); return; } // a browser's error page would take the questions away
  await Promise.race([send(), new Promise((done) => { setTimeout(done, SUBMIT_WAITS); })]);
  form.submit();
});

addEventListener("online", () => { showOffline(false); send(); });
addEventListener("offline", () => showOffline(true));
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

for (const [number, question] of questions) { // answers given before this script had come
  if (question.field.querySelector("input:not([type=hidden])") && [...question.field.querySelectorAll(".answer input")].some((input) => input.checked !== input.defaultChecked)) change(number, question);
  dress(question.field);
}
for (const [number, { answer, seq }] of kept()) {
  const question = questions.get(number);
  if (!question || seq <= question.seq) continue;
  give(question, answer, seq);
  unsent.set(number, { answer, seq });
}
keep();
paint();
send();
countDown(leave);
