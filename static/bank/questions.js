// The list of the question bank: all of a page chosen at once, and how many are chosen.
const form = document.getElementById("bulk");
const page = document.getElementById("page");
const count = document.getElementById("count");
const rows = [...form.querySelectorAll("[name=chosen]")];
const all = form.elements.all;

function say() {
  const chosen = rows.filter((row) => row.checked).length;
  if (count) count.textContent = chosen && !all.checked ? count.dataset.words.replace("{count}", chosen) : "";
  if (page) page.querySelector("input").checked = chosen > 0 && chosen === rows.length;
}

if (page) {
  page.hidden = false;
  page.addEventListener("change", (event) => {
    for (const row of rows) row.checked = event.target.checked;
    say();
  });
  form.addEventListener("change", (event) => {
    if (event.target.name === "chosen") form.querySelector("details").open = true;
    say();
  });
  say();
}
