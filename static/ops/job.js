// Shows how far a job is, and loads the page again when it has ended: the server then leads on to its result.
const bar = document.getElementById("far");
const said = document.getElementById("said");

async function look() {
  try {
    const job = await (await fetch(location.href, { headers: { Accept: "application/json" } })).json();
    if (job.state === "done" || job.state === "failed") { location.reload(); return; }
    if (job.total) {
      bar.max = job.total;
      bar.value = job.done;
      said.textContent = said.dataset.words.replace("{done}", job.done.toLocaleString()).replace("{total}", job.total.toLocaleString());
    }
  } catch { /* no network for a moment: look again */ }
  setTimeout(look, 700);
}
look();
