// On every page: show a password, keep a button from being pressed twice, focus the first bad field, forget kept pages at a change of person.
for (const button of document.querySelectorAll("[data-shows]")) {
  const field = document.getElementById(button.dataset.shows);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  });
}

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  const button = event.submitter;
  // After the form data is taken, so that the button's own value is still sent.
  setTimeout(() => { if (button) { button.disabled = true; button.setAttribute("aria-busy", "true"); } });
});
addEventListener("pageshow", (event) => {
  if (event.persisted) for (const button of document.querySelectorAll("[aria-busy=true]")) { button.disabled = false; button.removeAttribute("aria-busy"); }
});

// Whoever comes to this device next must not find the pages of somebody else in it.
document.querySelector("[data-forgets]")?.addEventListener("submit", () => { globalThis.caches?.delete("attempt-pages"); });

document.querySelector("[aria-invalid=true]")?.focus();

for (const button of document.querySelectorAll("[data-prints]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
