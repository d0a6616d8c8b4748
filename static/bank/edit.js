// Writing a question: gaps in its text, and areas drawn on its picture. The form is whole without this script.
import { dress } from "../quizzes/widgets.js";

const form = document.getElementById("quiz");

// A question that was just made has left what the page for new ones kept.
if (!form.action.endsWith("/new")) {
  const key = `quiz:${new URL("new", form.action).pathname}`;
  if (JSON.parse(localStorage.getItem(key) ?? "null")?.sent) localStorage.removeItem(key);
}

const gap = document.getElementById("gap");
if (gap) {
  let last = form.elements["text-en"];
  gap.hidden = false;
  for (const field of [form.elements["text-en"], form.elements["text-zh"]]) field.addEventListener("focus", () => { last = field; });
  gap.addEventListener("click", () => {
    const used = [...last.value.matchAll(/\[\[(\d+)\]\]/g)].map((match) => Number(match[1]));
    last.setRangeText(`[[${Math.max(0, ...used) + 1}]]`, last.selectionStart, last.selectionEnd, "end");
    last.focus();
    last.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

const draw = document.getElementById("draw");
if (draw) import("./draw.js").then(({ drawing }) => drawing(draw, form));

const asked = document.getElementById("q1"); // the preview
if (asked?.querySelector(".answer")?.children.length) dress(asked);
