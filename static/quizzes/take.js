// Saves each answer as it is given. What the server has not confirmed is kept on this device and sent again.
// Without this script the page is a plain form; with it, the form still carries every answer.
import { countDown, hear } from "./clock.js";
import { deviceName, forget, keep as store, keepPage, kept } from "./keeper.js";
import { answerOf, dress, give as put, wordsOf } from "./widgets.js";

const form = document.getElementById("quiz");
const words = form.dataset;
const DEVICE = deviceName();
const FLAGS = `flags:${words.attempt}`;
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;
const SUBMIT_WAITS = 2000;
const LOOK_EVERY = 15000;

const questions = new Map();
for (const field of form.querySelectorAll("fieldset.q")) {
  const seen = field.querySelector('[name^="seen-"]');
  questions.set(field.dataset.number, { field, seen, seq: Number(seen.value), flag: field.querySelector(".q-f") });
}
const given = new Map(); // number -> {answer, seq}: the newest that this device knows of each question it answered
const unsent = new Set(); // numbers whose newest answer the server has not confirmed
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

const keep = () => store(words.attempt, given, unsent);

function leave() {
  if (!navigator.onLine) { addEventListener("online", leave, { once: true }); return; }
  forget(words.attempt).finally(() => location.reload()); // the server shows the result
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
    const [number] = unsent;
    const { answer, seq } = given.get(number);
    say(words.saving, 400);
    let response;
    let body = {};
    try {
      response = await fetch(`${form.getAttribute("action")}/${number}`, {
        method: "PUT",
        headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value },
        body: JSON.stringify({ answer, seq, device: DEVICE }),
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
  const newest = given.get(number);
  if (status === 200 || (status === 409 && "seq" in body)) {
    if (status === 409 && body.seq >= newest.seq) clash(number, newest.answer, body);
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

// ---- other devices

/** Take over what is stored of a question, if it is newer than what is shown here. */
function takeOver(number, stored) {
  const question = questions.get(number);
  if (!question || stored.seq <= question.seq) return false;
  give(question, stored.answer, stored.seq);
  given.set(number, { answer: stored.answer, seq: stored.seq });
  return true;
}

/** Two devices answered the same question, and the other one's answer is newer: it is shown, and this one's is a button away. */
function clash(number, mine, stored) {
  const question = questions.get(number);
  const said = wordsOf(question.field, mine);
  takeOver(number, { ...stored, seq: Math.max(stored.seq, question.seq + 1) });
  count(question, stored.seq);
  given.get(number).seq = stored.seq;
  paint();
  if (JSON.stringify(mine) === JSON.stringify(stored.answer)) return;
  const box = document.querySelector("#clash > *");
  box.querySelector("span").textContent = [words.newer.replace("{number}", number), said && words.mine.replace("{answer}", said)].filter(Boolean).join(" ");
  box.hidden = false;
  box.querySelector("button").onclick = () => {
    box.hidden = true;
    put(question.field, mine);
    change(number, question);
    keep();
    paint();
    send();
  };
}

/** Ask what is stored: another device may have answered, somebody may have granted more time, or the quiz is over. */
let looking;
async function look() {
  clearTimeout(looking);
  looking = setTimeout(look, LOOK_EVERY);
  if (document.hidden || unsent.size) return;
  let stored;
  try {
    const response = await fetch(form.getAttribute("action"), { headers: { Accept: "application/json" }, redirect: "manual", signal: AbortSignal.timeout(15000) });
    if (!response.ok) return;
    stored = await response.json();
  } catch { return; } // without a network there is nothing to see
  hear(Date.parse(stored.now), stored.ends_at && Date.parse(stored.ends_at));
  if (stored.state !== "open") { leave(); return; }
  const fresh = Object.entries(stored.answers).filter(([number]) => !unsent.has(number)).map(([number, answer]) => takeOver(number, answer));
  const others = Object.values(stored.answers).some((answer) => answer.device && answer.device !== DEVICE && Date.parse(stored.now) - Date.parse(answer.saved_at) < 5 * 60000);
  document.querySelector("#others > *").hidden = !others;
  if (fresh.includes(true)) { keep(); paint(); }
}
addEventListener("focus", look);
document.addEventListener("visibilitychange", look);

// ---- what the person does

/** The person has changed the answer to this question. */
function change(number, question) {
  count(question, question.seq + 1);
  given.set(number, { answer: answerOf(question.field), seq: question.seq });
  unsent.add(number);
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

addEventListener("online", () => { showOffline(false); send(); look(); });
addEventListener("offline", () => showOffline(true));
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

for (const [number, question] of questions) { // answers given before this script had come
  if (question.field.querySelector("input:not([type=hidden])") && [...question.field.querySelectorAll(".answer input")].some((input) => input.checked !== input.defaultChecked)) change(number, question);
  dress(question.field);
}
const before = kept(words.attempt);
for (const [number, { answer, seq }] of before.given) {
  const question = questions.get(number);
  if (!question || seq <= question.seq) continue; // the page knows it, or a newer one
  give(question, answer, seq);
  given.set(number, { answer, seq });
  if (before.unsent.has(number)) unsent.add(number);
}
keep();
paint();
send();
countDown(leave);
keepPage(words);
look();
