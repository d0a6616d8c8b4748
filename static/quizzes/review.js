// The clock goes on; flags of this device are shown.
import { countDown } from "./clock.js";

const { attempt } = document.getElementById("review").dataset;

countDown(() => location.reload());
for (const number of JSON.parse(sessionStorage.getItem(`flags:${attempt}`) ?? "[]")) {
  document.querySelector(`[data-flag="${number}"]`)?.removeAttribute("hidden");
}
