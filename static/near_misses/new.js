// Reporting a near miss: what is typed stays in this browser until the server has it, and goes out when the network is back.
// Without this script the page is a plain form.
const form = document.getElementById("report");
const state = document.getElementById("state");
const look = document.getElementById("look");
const words = form.dataset;
const TEXTS = ["token", "happened", "place", "outcome"];
const LONG_SIDE = 1600; // as the server keeps it
const AGAIN = 15000;
let photo = ""; // the picture as a data: address, small enough to be kept
let waiting = false, running = false, timer;

function keep() {
  const kept = Object.fromEntries(TEXTS.map((name) => [name, form.elements[name].value]));
  for (const picture of [photo, ""]) {
    try { localStorage.setItem(words.key, JSON.stringify({ ...kept, photo: picture, waiting })); return true; } catch { /* too large, or no storage here */ }
  }
  return false;
}

function restore() {
  let kept;
  try { kept = JSON.parse(localStorage.getItem(words.key)); } catch { return; }
  if (!kept) return;
  for (const name of TEXTS) form.elements[name].value = kept[name];
  show(kept.photo);
  state.textContent = words.found;
  if (kept.waiting) send();
}

function show(picture) {
  photo = picture;
  look.hidden = !picture;
  if (picture) look.src = picture;
}

/** A smaller copy for a slow network; where the browser cannot read the picture the file goes as it is. */
async function shrink(file) {
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, LONG_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width * scale, height: bitmap.height * scale });
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", 0.85);
  } catch { return ""; }
}

function body() {
  const data = new FormData(form);
  if (photo) {
    const bytes = Uint8Array.from(atob(photo.split(",")[1]), (letter) => letter.charCodeAt(0));
    data.set("photo", new File([bytes], "photo.jpg", { type: "image/jpeg" }));
  }
  return data;
}

async function send() {
  if (running) return;
  clearTimeout(timer);
  running = waiting = true;
  keep();
  state.textContent = words.sending;
  let response;
  try { response = await fetch(form.action, { method: "POST", body: body() }); } catch { /* no network */ }
  running = false;
  if (!response) {
    state.textContent = words.offline;
    timer = setTimeout(send, AGAIN);
    return;
  }
  waiting = false;
  if (response.ok) localStorage.removeItem(words.key); else keep();
  if (response.ok) location.assign(response.url);
  else form.submit(); // the server says on a page what is wrong
}

form.addEventListener("input", () => { if (keep()) state.textContent = words.kept; });
form.elements.photo.addEventListener("change", async (event) => {
  const file = event.target.files[0];
  show(file ? await shrink(file) : "");
  if (keep()) state.textContent = words.kept;
});
form.addEventListener("submit", (event) => {
  if (!form.elements.happened.value.trim() || !form.elements.place.value.trim()) return; // the page comes back with the messages
  event.preventDefault();
  send();
});
addEventListener("online", () => { if (waiting) send(); });
restore();
