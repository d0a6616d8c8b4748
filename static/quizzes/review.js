// The clock goes on; flags of this device are shown; what was kept for this try is no longer needed once it is submitted.
import { countDown } from "./clock.js";

const { attempt } = document.getElementById("review").dataset;

countDown(() => location.reload());
for (const number of JSON.parse(sessionStorage.getItem(`flags:${attempt}`) ?? "[]")) {
  document.querySelector(`[data-flag="${number}"]`)?.removeAttribute("hidden");
}
document.querySelector("#review form").addEventListener("submit", () => {
  localStorage.removeItem(`answers:${attempt}`);
  sessionStorage.removeItem(`flags:${attempt}`);
});
