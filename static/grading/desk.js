// Marking by keyboard: a number key outside a field begins the mark, the buttons set it; Enter in the field is the form's own.
const form = document.getElementById("marking");
const marks = form.querySelector("[name=marks]");
const quick = document.getElementById("quick");

function show() {
  for (const button of quick?.querySelectorAll("button") ?? []) button.setAttribute("aria-pressed", String(button.dataset.marks === marks.value.trim()));
}

if (quick) {
  quick.hidden = false;
  quick.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    marks.value = button.dataset.marks;
    show();
    marks.focus();
  });
}
marks.addEventListener("input", show);
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key === "Enter") { form.requestSubmit(); return; }
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select")) return;
  if (/^[0-9]$/.test(event.key)) {
    event.preventDefault();
    marks.value = event.key;
    marks.focus();
    show();
  }
});
show();
