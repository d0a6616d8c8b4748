// The stage of a team meeting: a presenter's keys, the count of hands, full screen, and a next screen that does not leave it.
const stage = () => document.getElementById("stage");
let busy = false, later = 0;

function send(form, move) {
  const data = new FormData(form);
  data.append("move", move);
  return fetch(form.action, { method: "POST", body: data });
}

async function go(button) {
  if (busy || !button || button.disabled) return;
  busy = true;
  clearTimeout(later);
  try {
    const answer = await send(button.form, button.value);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.getElementById("stage");
    if (!next) return location.reload();
    stage().replaceWith(next);
    document.title = page.title;
    begin();
    scrollTo(0, 0);
    document.getElementById("scene").focus({ preventScroll: true });
  } catch {
    document.getElementById("offline").hidden = false;
  } finally {
    busy = false;
  }
}

function keepHands(form) {
  clearTimeout(later);
  later = setTimeout(() => send(form, "stay").catch(() => {}), 400);
}

function begin() {
  const full = document.getElementById("full");
  full.hidden = !document.fullscreenEnabled;
  full.setAttribute("aria-pressed", String(Boolean(document.fullscreenElement)));
  full.addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()));
  const all = document.getElementById("all");
  if (all) {
    all.hidden = false;
    all.addEventListener("click", () => { for (const box of all.closest("section").querySelectorAll("[name=present]")) box.checked = true; });
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=move]");
  if (!button) return;
  event.preventDefault();
  const adds = Number(button.dataset.adds ?? 0);
  if (!adds) return go(button);
  const field = button.parentElement.querySelector("input");
  field.value = Math.min(999, Math.max(0, Number(field.value) + adds));
  keepHands(button.form);
});
document.addEventListener("input", (event) => { if (event.target.form?.id === "go") keepHands(event.target.form); });

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, select, textarea, video, summary, a")) return;
  if (event.key === " " && event.target.closest("button")) return;
  const page = document.documentElement, end = scrollY + innerHeight >= page.scrollHeight - 8;
  const on = event.key === "ArrowRight" || ((event.key === "PageDown" || (event.key === " " && !event.shiftKey)) && end);
  const back = event.key === "ArrowLeft" || ((event.key === "PageUp" || (event.key === " " && event.shiftKey)) && scrollY <= 0);
  if (!on && !back) return;
  event.preventDefault();
  go(document.getElementById(on ? "next" : "back"));
});

document.addEventListener("fullscreenchange", () => document.getElementById("full").setAttribute("aria-pressed", String(Boolean(document.fullscreenElement))));
navigator.wakeLock?.request("screen").catch(() => {});
begin();
