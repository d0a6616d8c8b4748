// Saves each answer as it is given. What the server has not confirmed is kept on this device and sent again.
// Without this script the page is a plain form; with it, the form still carries every answer.
import { correct, countDown } from "./clock.js";
import { deviceName, forget, keep as store, keepPage, kept } from "./keeper.js";
import { answerOf, dress, give as put, isTyped, wordsOf } from "./widgets.js";

const form = document.getElementById("quiz");
const words = form.dataset;
const FLAGS = `flags:${words.attempt}`;
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;
const SUBMIT_WAITS = 2000;
const PAUSE = 1000; // of typing, before what is typed is sent
const LOOK_EVERY = 15000; // for what other devices answered
const STILL_OPEN = 5 * 60000; // after an answer, how long another device counts as being at it
const KEEPALIVE_MOST = 15000; // characters: a browser refuses more than 64 kB to a request that outlives its page

const questions = new Map();
for (const field of form.querySelectorAll("fieldset.q")) {
  const seen = field.querySelector('[name^="seen-"]');
  questions.set(field.dataset.number, { field, seen, seq: Number(seen.value), flag: field.querySelector(".q-f") });
}
const DEVICE = deviceName();
const given = new Map(); // number -> {answer, seq, certainty}: the newest that this device knows, also of other pages of this attempt
const unsent = new Set(); // numbers whose newest answer the server has not confirmed
const flags = new Set(JSON.parse(sessionStorage.getItem(FLAGS) ?? "[]"));

// ---- what the page shows

const suresOf = (question) => [...question.field.querySelectorAll(".sure input")];
const sureOf = (question) => Number(suresOf(question).find((input) => input.checked)?.value) || null;

function give(question, answer, seq, certainty) {
  put(question.field, answer);
  for (const input of suresOf(question)) input.checked = Number(input.value) === certainty;
  count(question, seq);
}

/** The form says which change it builds on, so that it saves this very one under the same number. */
function count(question, seq) {
  question.seq = seq;
  question.seen.value = Math.max(0, seq - 1);
}

function paint() {
  const palette = document.querySelector(".pal");
  for (const [number, question] of questions) {
    const given = answerOf(question.field).length > 0;
    const link = palette.querySelector(`[data-number="${number}"]`);
    const label = palette.dataset[given ? "answered" : "empty"].replace("{number}", question.field.dataset.place);
    const whole = flags.has(number) ? palette.dataset.flagged.replace("{question}", label) : label;
    link.classList.toggle("a", given);
    link.classList.toggle("f", flags.has(number));
    if (link.matches("span")) link.firstElementChild.textContent = whole;
    else link.setAttribute("aria-label", whole);
    question.flag.setAttribute("aria-pressed", String(flags.has(number)));
  }
  const answered = palette.querySelectorAll(".a[data-number]").length;
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

/** Send the newest answer to a question, also when the page is left meanwhile. */
function deliver(number) {
  const sent = JSON.stringify({ ...given.get(number), device: DEVICE });
  return fetch(`${form.getAttribute("action")}/${number}`, {
    method: "PUT",
    headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value },
    body: sent,
    keepalive: sent.length < KEEPALIVE_MOST,
    signal: AbortSignal.timeout(15000),
  });
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
    const { seq } = given.get(number);
    say(words.saving, 400);
    let response;
    let body = {};
    try {
      response = await deliver(number);
      body = await response.json();
    } catch {
      if (!response || response.ok) { showOffline(true); later(); return; } // no network, or one that answers in the server's place
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
    if (status === 409 && body.seq >= newest.seq) clash(number, newest, body);
    if (newest.seq <= Math.max(seq, body.seq)) unsent.delete(number);
    keep();
    correct(body.left);
    if (!unsent.size) say(words.saved.replace("{time}", new Date(body.saved_at ?? Date.now()).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })));
    return true;
  }
  if (status === 403) { // settled, or left behind: no later try will be taken
    unsent.delete(number);
    keep();
    showTrouble(body.error, words.reload);
    return true;
  }
  if (status === 404 || status === 409) { leave(); return false; }
  say(words.failed);
  if (status >= 500 || status === 429) later();
  else { say(words.keptHere); showTrouble(body.error ?? words.keptHere, status === 401 ? words.signIn : words.reload); }
  return false;
}

// ---- other devices

/** Take over what is stored of a question if it is newer than what this device knows; whether it was. */
function takeOver(number, { answer, seq, certainty }) {
  const question = questions.get(number);
  if (seq <= Math.max(question?.seq ?? 0, given.get(number)?.seq ?? 0)) return false;
  if (question) give(question, answer, seq, certainty);
  given.set(number, { answer, seq, certainty });
  return true;
}

/** Another device's answer is newer than the one that was sent from here: it is shown, and this one stays a button away. */
function clash(number, mine, stored) {
  const question = questions.get(number);
  given.set(number, { answer: stored.answer, seq: stored.seq, certainty: stored.certainty });
  if (question) give(question, stored.answer, stored.seq, stored.certainty);
  paint();
  if (JSON.stringify(mine.answer) === JSON.stringify(stored.answer)) return;
  const box = document.querySelector("#clash > *");
  const said = question && wordsOf(question.field, mine.answer);
  const button = box.querySelector("button");
  box.querySelector("span").textContent = [words.newer.replace("{number}", question?.field.dataset.place ?? number), said && words.mine.replace("{answer}", said)].filter(Boolean).join(" ");
  button.hidden = !question;
  button.onclick = () => {
    box.hidden = true;
    give(question, mine.answer, question.seq, mine.certainty);
    change(number, question);
    keep();
    paint();
    send();
  };
  box.hidden = false;
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
  showOffline(false);
  const now = Date.parse(stored.now);
  if (stored.ends_at) correct((Date.parse(stored.ends_at) - now) / 1000);
  if (stored.state !== "open") { leave(); return; }
  const answers = Object.entries(stored.answers);
  const news = answers.filter(([number, answer]) => !unsent.has(number) && takeOver(number, answer));
  document.querySelector("#others > *").hidden = !answers.some(([, { device, saved_at: at }]) => device && device !== DEVICE && now - Date.parse(at) < STILL_OPEN);
  if (news.length) { keep(); paint(); }
}

// ---- what the person does

/** The person has changed the answer to this question. */
function change(number, question) {
  count(question, question.seq + 1);
  given.set(number, { answer: answerOf(question.field), seq: question.seq, certainty: sureOf(question) });
  unsent.add(number);
}

/** Where an event happened, if what it changed is an answer: number and question. */
function changedBy(event) {
  const number = event.target.closest("fieldset.q")?.dataset.number;
  return number && [number, questions.get(number)];
}

let pause;
form.addEventListener("input", (event) => {
  const [number, question] = changedBy(event) ?? [];
  if (!number || !isTyped(question.field) || !event.target.closest(".answer")) return;
  change(number, question);
  keep();
  paint();
  clearTimeout(pause);
  pause = setTimeout(send, PAUSE);
});

form.addEventListener("change", (event) => {
  const [number, question] = changedBy(event) ?? [];
  if (!number) return;
  const typedBefore = isTyped(question.field) && event.target.matches("input.form-control, textarea"); // its input events were noted
  if (!typedBefore) change(number, question);
  keep();
  paint();
  showTrouble("");
  clearTimeout(pause);
  send();
});

form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input:not([type=radio], [type=checkbox])")) event.preventDefault(); // it would send the page
});

form.addEventListener("focusin", (event) => {
  const number = event.target.closest("fieldset.q")?.dataset.number;
  if (!number) return;
  document.querySelector(".pal [aria-current]")?.removeAttribute("aria-current");
  document.querySelector(`.pal [data-number="${number}"]`).setAttribute("aria-current", "step");
});

for (const [number, { flag }] of questions) {
  flag.hidden = false;
  flag.addEventListener("click", () => {
    if (!flags.delete(number)) flags.add(number);
    sessionStorage.setItem(FLAGS, JSON.stringify([...flags]));
    paint();
  });
}

let leaving = false;
form.addEventListener("submit", async (event) => {
  if (leaving || (!unsent.size && navigator.onLine)) return;
  event.preventDefault();
  if (!navigator.onLine) { showOffline(true); return; } // a browser's error page would take the questions away
  await Promise.race([send(), new Promise((done) => { setTimeout(done, SUBMIT_WAITS); })]);
  leaving = true; // what is not sent by now is in the form
  form.requestSubmit(event.submitter);
});

addEventListener("pagehide", () => { for (const number of unsent) deliver(number).catch(() => {}); }); // also beside one on its way: no reply is waited for here
addEventListener("online", () => { showOffline(false); send(); look(); });
addEventListener("focus", look);
document.addEventListener("visibilitychange", look);
addEventListener("offline", () => showOffline(true));
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

/** The grace has begun: what was answered is still sent, and nothing more is taken. */
function lock(text) {
  document.getElementById("questions").inert = true;
  showTrouble(text);
}

for (const [number, question] of questions) { // answers given before this script had come
  const fields = [...question.field.querySelectorAll(".answer :is(input, textarea), .sure input")];
  const early = fields.some((input) => input.checked !== input.defaultChecked || (input.type !== "hidden" && input.value !== input.defaultValue))
    || [...question.field.querySelectorAll(".answer option")].some((option) => option.selected && !option.defaultSelected && option.value);
  if (early) change(number, question);
  dress(question.field);
}
const before = kept(words.attempt);
for (const [number, { answer, seq, certainty = null }] of before.given) {
  const question = questions.get(number);
  const known = question && seq <= question.seq; // the page knows it, or a newer one
  if (known && (unsent.has(number) || !before.unsent.has(number))) continue;
  if (question && !known) give(question, answer, seq, certainty);
  given.set(number, { answer, seq, certainty }); // what was not sent is sent even then: if the server has another answer, both are told
  if (before.unsent.has(number)) unsent.add(number);
}
keep();
paint();
send();
countDown(leave, lock);
keepPage(words);
look();
