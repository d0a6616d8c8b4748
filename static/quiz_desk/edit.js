// Writing a quiz: saves by itself, and says of each random draw how many questions fit it now.
const form = document.getElementById("plan");
const state = document.getElementById("state");
const left = document.getElementById("left");
const publish = document.getElementById("publish");
let timer, counting, running = false, again = false, stopped = false;

const snapshot = () => new URLSearchParams([...new FormData(form)].filter(([name]) => !["csrf_token", "seen"].includes(name))).toString();
let known = snapshot();

async function save() {
  clearTimeout(timer);
  if (running) { again = true; return; }
  if (stopped || snapshot() === known) return;
  running = true;
  const sent = snapshot();
  state.textContent = state.dataset.saving;
  try {
    const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    const answer = await response.json();
    state.textContent = answer.message ?? answer.error;
    if (response.ok) {
      form.elements.seen.value = answer.seen;
      if (publish) publish.elements.seen.value = answer.seen;
      left.textContent = answer.left;
      if (publish) publish.hidden = answer.left !== "";
      known = sent;
    } else {
      stopped = response.status === 409; // what was typed stays in the fields: saving by hand shows both ways on
    }
  } catch {
    state.textContent = state.dataset.offline;
    timer = setTimeout(save, 5000);
  }
  running = false;
  if (again) { again = false; save(); }
}

async function count(row) {
  const fields = [...row.querySelectorAll("input, select")].map((field) => [field.name.split("-").pop(), field.value]);
  const response = await fetch(`${form.dataset.fitting}?${new URLSearchParams(fields)}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (response?.ok) row.querySelector("[data-fits]").textContent = (await response.json()).message;
}

form.addEventListener("input", (event) => {
  clearTimeout(timer);
  timer = setTimeout(save, 1200);
  const row = event.target.closest(".qd-slot");
  if (row?.querySelector("[data-fits]")) {
    clearTimeout(counting);
    counting = setTimeout(() => count(row), 300);
  }
});
form.addEventListener("submit", (event) => {
  clearTimeout(timer);
  stopped = true;
  const [, row] = (event.submitter?.value ?? "").match(/^\w+:([\w:-]+)/) ?? [];
  form.action = form.action.split("#")[0] + (row ? `#${row.replaceAll(":", "-")}` : "");
});
publish?.addEventListener("submit", async (event) => {
  if (snapshot() === known) return;
  event.preventDefault(); // what was typed in the last second goes first
  await save();
  if (snapshot() === known && !publish.hidden) publish.submit();
});
for (const link of document.querySelectorAll("[data-leaves]")) {
  link.addEventListener("click", async (event) => {
    if (snapshot() === known) return;
    event.preventDefault();
    await save();
    if (snapshot() === known) location.assign(link.href);
  });
}
addEventListener("online", save);
addEventListener("beforeunload", (event) => { if (!stopped && snapshot() !== known) { save(); event.preventDefault(); } });
