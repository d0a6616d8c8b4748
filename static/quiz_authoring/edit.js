// Writing a quiz: what is not saved yet is kept in this browser; a button that moves a row leads back to that row.
const form = document.getElementById("quiz");
const state = document.getElementById("state");
const bar = document.getElementById("kept");
const key = `quiz:${location.pathname}`;
const seen = form.elements.seen.value;

const fields = () => [...new FormData(form)].filter(([name]) => name !== "csrf_token");
const texts = (pairs) => JSON.stringify(pairs.filter(([name]) => name !== "seen"));
const known = texts(fields());

function keep(sent = false) {
  try { localStorage.setItem(key, JSON.stringify({ fields: fields(), sent })); return true; } catch { return false; } // no storage here
}

function forget() {
  localStorage.removeItem(key);
  bar.hidden = true;
}

form.addEventListener("input", () => { if (keep()) state.textContent = state.dataset.kept; });
form.addEventListener("submit", (event) => {
  keep(!event.submitter?.value || event.submitter.name === "over");
  const [, row] = (event.submitter?.value ?? "").match(/^\w+:([\w:-]+)/) ?? [];
  form.action = form.action.split("#")[0] + (row ? `#${row.replaceAll(":", "-")}` : "");
});

if (form.hasAttribute("data-unsaved")) {
  keep();
} else {
  const kept = JSON.parse(localStorage.getItem(key) ?? "null");
  const saved = kept?.sent && kept.fields.find(([name]) => name === "seen")[1] !== seen; // another revision stands: it arrived
  if (saved || (kept && texts(kept.fields) === known)) forget();
  else bar.hidden = !kept;
}

document.getElementById("forget").addEventListener("click", forget);
document.getElementById("back").addEventListener("click", () => {
  const again = Object.assign(document.createElement("form"), { method: "post", action: form.action, hidden: true });
  const kept = JSON.parse(localStorage.getItem(key)).fields.filter(([name]) => name !== "do");
  for (const [name, value] of [...kept, ["csrf_token", form.elements.csrf_token.value], ["do", "check"]]) {
    again.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(again);
  again.submit();
});
