// Writing a part of a case: saves by itself, shows what the learner will see, loses nothing.
const form = document.getElementById("part");
const state = document.getElementById("state");
const saved = document.getElementById("saved");
const preview = document.getElementById("preview");
const key = `draft:${location.pathname}`;
const PANELS = {
  head: [".title-card"], sources: ["#s6"], facts: ["#facts"], timeline: ["#s1"], decisions: ["#s1"], causes: ["#s2"], controls: ["#s3"],
  lessons: ["#at-your-post", "#s5", "#s6"], pictures: [".fig", ".photos"], films: ["#s4"],
};
let timer, running = false, again = false, stopped = false;

const fields = () => [...form.elements].filter((field) => field.name && field.type !== "file" && !["csrf_token", "seen"].includes(field.name) && field.tagName !== "BUTTON");
const snapshot = () => JSON.stringify(fields().map((field) => [field.name, field.type === "checkbox" ? `${field.value}:${field.checked}` : field.value]));
let known = snapshot();

async function save() {
  if (running) { again = true; return; }
  if (stopped || snapshot() === known) return;
  running = true;
  const sent = snapshot();
  state.textContent = state.dataset.saving;
  try {
    const response = await fetch(form.action, { method: "POST", body: withoutFiles(), headers: { Accept: "application/json" } });
    const answer = await response.json();
    if (response.ok) {
      form.elements.seen.value = answer.seen;
      known = sent;
      localStorage.removeItem(key);
      state.textContent = answer.message;
      saved.textContent = answer.message;
      show();
    } else {
      stopped = response.status === 409;
      state.textContent = answer.message ?? answer.error;
      if (answer.address) {
        const link = Object.assign(document.createElement("a"), { href: answer.address, textContent: ` ${state.dataset.conflict}` });
        state.append(link);
      }
    }
  } catch {
    localStorage.setItem(key, sent);
    state.textContent = state.dataset.offline;
    timer = setTimeout(save, 5000);
  }
  running = false;
  if (again) { again = false; save(); }
}

function withoutFiles() {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

async function show() {
  const response = await fetch(form.dataset.preview).catch(() => null);
  if (!response?.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const found = PANELS[form.dataset.part].flatMap((name) => [...page.querySelectorAll(name)]).map((one) => (one.closest("section") && !one.matches("dl") ? one.closest("section") : one));
  for (const one of found.flatMap((panel) => [panel, ...panel.querySelectorAll("[id], [aria-labelledby]")])) { one.removeAttribute("id"); one.removeAttribute("aria-labelledby"); }
  preview.replaceChildren(...new Set(found));
  preview.parentElement.hidden = !found.length;
}

function grow(field) {
  if (field.tagName !== "TEXTAREA") return;
  field.rows = Math.max(field.defaultRows ??= field.rows, field.value.split("\n").length, Math.ceil(field.value.length / (field.clientWidth / 9 || 60)));
}

form.addEventListener("input", (event) => {
  grow(event.target);
  clearTimeout(timer);
  timer = setTimeout(save, 1200);
});
form.addEventListener("submit", () => { clearTimeout(timer); localStorage.removeItem(key); stopped = true; });
addEventListener("online", save);
addEventListener("beforeunload", (event) => { if (!stopped && snapshot() !== known) { save(); event.preventDefault(); } });
addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); form.requestSubmit(document.getElementById("save")); }
});

// What a lost network left in this browser goes back into its fields, where they are still those.
const left = localStorage.getItem(key);
if (left && left !== known) {
  const values = JSON.parse(left), now = fields();
  if (values.length === now.length && values.every(([name], place) => now[place].name === name)) {
    values.forEach(([, value], place) => {
      const field = now[place];
      if (field.type === "checkbox") field.checked = value.endsWith(":true"); else field.value = value;
    });
    state.textContent = state.dataset.kept;
    timer = setTimeout(save, 1200);
  }
}
fields().forEach(grow);
document.querySelector(".parts [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
show();
