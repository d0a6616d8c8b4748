// Reads and gives the answer of a question of any kind, and makes its fields easy to use. It sends nothing.
// An answer is a list of strings, as the server stores it; the fields are those of templates/quizzes/_question.html.

const answerIn = (field) => field.querySelector(".answer");
const inputs = (field, kind) => [...field.querySelectorAll(`.answer ${kind}`)];
const changed = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));

// ---- choices

const choices = {
  read: (field) => inputs(field, "input").filter((input) => input.checked).map((input) => input.value),
  give(field, answer) {
    for (const input of inputs(field, "input")) input.checked = answer.includes(input.value);
  },
};

// ---- what is typed; a number may have a unit beside it

const unitOf = (field) => field.querySelector('.answer [name^="unit-"]');

const typed = {
  read(field) {
    const text = inputs(field, "input, .answer textarea")[0].value;
    const unit = unitOf(field)?.value;
    if (!text.trim()) return [];
    if (field.dataset.kind !== "numeric") return [text];
    return [unit && /[\d.,]\s*$/.test(text.normalize("NFKC")) ? `${text.trim()} ${unit}` : text.trim()];
  },
  give(field, [text = ""]) {
    const unit = unitOf(field);
    const names = unit?.options ? [...unit.options].map((option) => option.value).filter(Boolean) : [unit?.value];
    const name = names.filter((one) => one && text.endsWith(one)).sort((one, other) => other.length - one.length)[0] ?? "";
    if (unit?.options) unit.value = name;
    inputs(field, "input, .answer textarea")[0].value = name ? text.slice(0, -name.length).trim() : text;
  },
};

// ---- pairs: a choice for each row or gap

const pairs = {
  read: (field) => inputs(field, "select").map((select) => select.value).filter(Boolean),
  give(field, answer) {
    for (const select of inputs(field, "select")) select.value = [...select.options].find((option) => answer.includes(option.value))?.value ?? "";
  },
};

// ---- rows in order: their choices of a place are hidden and kept true

const rowsOf = (field) => inputs(field, ".ord > li");

const ordering = {
  read(field) {
    const places = pairs.read(field).map((value) => value.split(":"));
    return places.sort(([one], [other]) => one - other).map(([, row]) => row);
  },
  give(field, answer) {
    const list = field.querySelector(".ord");
    for (const row of answer) list.append(rowsOf(field).find((item) => item.dataset.row === row));
    this.number(field, answer.length > 0);
  },
  number(field, given) {
    const rows = rowsOf(field);
    rows.forEach((item, place) => {
      const [up, down] = item.querySelectorAll("button");
      item.querySelector("select").value = given ? `${place + 1}:${item.dataset.row}` : "";
      item.querySelector(".ord-n").textContent = place + 1;
      up.disabled = place === 0;
      down.disabled = place === rows.length - 1;
    });
    field.querySelector(".ord-k").hidden = given;
  },
  dress(field) {
    for (const item of rowsOf(field)) {
      item.querySelector("select").hidden = true;
      for (const part of item.querySelectorAll("b, button")) part.hidden = false;
    }
    this.number(field, this.read(field).length > 0);
    field.querySelector(".ord-k button").addEventListener("click", () => {
      this.number(field, true);
      rowsOf(field)[0].querySelector("button:enabled").focus();
      changed(field);
    });
    field.querySelector(".ord").addEventListener("click", (event) => {
      const button = event.target.closest("[data-move]");
      if (!button) return;
      const item = button.closest("li");
      if (button.dataset.move < 0) item.previousElementSibling.before(item);
      else item.nextElementSibling.after(item);
      this.number(field, true);
      (button.disabled ? item.querySelector("button:enabled") : button).focus();
      const status = field.querySelector("[data-moved]");
      status.textContent = status.dataset.moved.replace("{place}", rowsOf(field).indexOf(item) + 1);
      changed(field);
    });
  },
};

// ---- places in a picture: the numbers of per cent are what is read, the picture and its list show them

const SVG = "http://www.w3.org/2000/svg";
const STEP = 25; // thousandths for an arrow key
const FINE = 5;
const within = (value) => Math.min(1000, Math.max(0, Math.round(value)));
const perCent = (value) => String(value / 10);

function marker(words, x, y, cls = "") {
  const place = document.createElementNS(SVG, "svg");
  place.setAttribute("x", `${x / 10}%`);
  place.setAttribute("y", `${y / 10}%`);
  place.setAttribute("overflow", "visible");
  const shape = document.createElementNS(SVG, cls ? "path" : "circle");
  shape.setAttribute("class", cls || "spot-c");
  if (cls) shape.setAttribute("d", "M-22 0H22M0-22V22");
  else shape.setAttribute("r", 15);
  const text = document.createElementNS(SVG, "text");
  text.setAttribute("y", 5.5);
  text.setAttribute("text-anchor", "middle");
  text.textContent = words;
  place.append(shape, text);
  return place;
}

const hotspot = {
  rows: (field) => inputs(field, ".spot-r").map((row) => [...row.querySelectorAll("input")]),
  read(field) {
    const places = this.rows(field).map((row) => row.map((input) => Number.parseFloat(input.value.replace(",", ".")) * 10));
    return [...new Set(places.filter((place) => place.every((value) => value >= 0 && value <= 1000)).map((place) => place.map(Math.round).join(",")))];
  },
  give(field, answer) {
    this.rows(field).forEach((row, place) => {
      const at = answer[place]?.split(",");
      row.forEach((input, axis) => { input.value = at ? perCent(at[axis]) : ""; });
    });
    if (field.dataset.dressed) this.paint(field);
  },
  paint(field, cross) {
    const spot = field.querySelector(".spot");
    const places = this.read(field).map((part) => part.split(",").map(Number));
    spot.querySelector(".spot-s").replaceChildren(...places.map(([x, y], place) => marker(place + 1, x, y)), ...(cross ? [marker("", ...cross, "spot-x")] : []));
    spot.querySelector(".spot-l").replaceChildren(...places.map(([x, y], place) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-line btn-sm";
      button.dataset.place = place;
      button.textContent = spot.dataset.remove.replace("{place}", place + 1);
      const words = document.createElement("span");
      words.textContent = spot.dataset.at.replace("{x}", perCent(x)).replace("{y}", perCent(y));
      item.append(words, button);
      return item;
    }));
  },
  set(field, at) {
    const spot = field.querySelector(".spot");
    const status = spot.querySelector("[role=status]");
    const rows = this.rows(field);
    const places = rows.length === 1 ? [] : this.read(field);
    if (places.length === rows.length) { status.textContent = spot.dataset.full; return; }
    places.push(at.join(","));
    this.give(field, places);
    status.textContent = spot.dataset.set.replace("{place}", places.length);
    changed(field);
  },
  dress(field) {
    const spot = field.querySelector(".spot");
    const button = spot.querySelector(".spot-b");
    const status = spot.querySelector("[role=status]");
    let cross = [500, 500];
    field.dataset.dressed = "1";
    button.hidden = false;
    document.getElementById(button.getAttribute("aria-describedby")).hidden = false;
    spot.querySelector("details").open = false;
    this.paint(field);
    button.addEventListener("click", (event) => {
      if (event.detail === 0) { this.set(field, cross); this.paint(field, cross); return; } // by key
      const box = button.getBoundingClientRect();
      this.set(field, [within((event.clientX - box.left) / box.width * 1000), within((event.clientY - box.top) / box.height * 1000)]);
    });
    button.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!way) return;
      event.preventDefault();
      cross = cross.map((value, axis) => within(value + way[axis] * (event.shiftKey ? FINE : STEP)));
      status.textContent = spot.dataset.at.replace("{x}", perCent(cross[0])).replace("{y}", perCent(cross[1]));
      this.paint(field, cross);
    });
    button.addEventListener("focus", () => { if (button.matches(":focus-visible")) this.paint(field, cross); });
    button.addEventListener("blur", () => this.paint(field));
    spot.querySelector(".spot-l").addEventListener("click", (event) => {
      const place = event.target.closest("button")?.dataset.place;
      if (place === undefined) return;
      this.give(field, this.read(field).filter((_part, at) => at !== Number(place)));
      status.textContent = "";
      button.focus();
      changed(field);
    });
    spot.querySelector("details").addEventListener("input", () => this.paint(field));
  },
};

const KINDS = { single: choices, multiple: choices, "true-false": choices, numeric: typed, short: typed, essay: typed, matching: pairs, words: pairs, ordering, hotspot };
const kindOf = (field) => KINDS[field.dataset.kind];

/** The answer that the fields of a question hold. */
export const answerOf = (field) => (answerIn(field) ? kindOf(field).read(field) : []);

/** Put an answer into the fields of a question. */
export const give = (field, answer) => kindOf(field).give(field, answer);

/** Make the fields of a question easy to use: rows move by arrows, places are set in the picture. A change() event tells of each change. */
export const dress = (field) => kindOf(field).dress?.(field);

/** An answer in words, where it has any: what was chosen or typed. */
export function wordsOf(field, answer) {
  if (kindOf(field) === typed) return answer.join("");
  if (kindOf(field) !== choices) return "";
  return inputs(field, "input").filter((input) => answer.includes(input.value)).map((input) => input.closest(".opt").textContent.trim()).join("; ");
}

/** Whether the answer is typed, so that a pause is waited for before it is sent. */
export const isTyped = (field) => kindOf(field) === typed;
