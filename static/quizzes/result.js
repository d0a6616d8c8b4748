// The attempt is over: nothing of it stays on this device.
import { forget } from "./keeper.js";

forget(document.querySelector("[data-attempt]").dataset.attempt);
