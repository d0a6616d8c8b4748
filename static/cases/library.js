// "/" goes to the search box, as on most sites; Escape leaves it.
const box = document.getElementById("q");
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.activeElement === box) box.blur();
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, [contenteditable]")) return;
  event.preventDefault();
  box.focus();
  box.select();
});
