// Areas drawn on a picture. What is drawn is only what the rows of the form say in numbers, and the rows follow the drawing.
const SVG = "http://www.w3.org/2000/svg";
const STEP = 10;
const LEAST = 10;
const within = (value, most = 1000) => Math.min(most, Math.max(0, Math.round(value)));

/** The rows of areas: each with its shape and places; an empty or broken one has none. */
function areasOf(form) {
  return [...form.querySelectorAll("[data-area].ed")].map((row) => {
    const field = row.querySelector("[name$='-at']");
    const at = field.value.split(/[\s,;，；、]+/).filter(Boolean).map(Number);
    return { row, field, shape: row.querySelector("[name$='-shape']").value, at: at.every(Number.isInteger) ? at : [], right: row.querySelector("[type=checkbox]").checked };
  });
}

const SIZES = { rect: (at) => at.length === 4, circle: (at) => at.length === 3, polygon: (at) => at.length >= 6 && at.length % 2 === 0 };

/** Move an area by so much, or change its size. */
function changed({ shape, at }, dx, dy, size) {
  if (size && shape === "rect") return [at[0], at[1], Math.max(LEAST, within(at[2] + dx, 1000 - at[0])), Math.max(LEAST, within(at[3] + dy, 1000 - at[1]))];
  if (size && shape === "circle") return [at[0], at[1], Math.max(LEAST, within(at[2] + dx - dy))];
  if (size) {
    const middle = [0, 1].map((axis) => at.filter((_value, place) => place % 2 === axis).reduce((sum, value) => sum + value, 0) / (at.length / 2));
    return at.map((value, place) => within(middle[place % 2] + (value - middle[place % 2]) * (1 + (dx - dy) / 100)));
  }
  if (shape === "rect") return [within(at[0] + dx, 1000 - at[2]), within(at[1] + dy, 1000 - at[3]), at[2], at[3]];
  if (shape === "circle") return [within(at[0] + dx), within(at[1] + dy), at[2]];
  return at.map((value, place) => within(value + (place % 2 ? dy : dx)));
}

export function drawing(box, form) {
  const svg = box.querySelector(".draw-s");
  const picture = box.querySelector(".draw-p");
  const status = box.querySelector("[role=status]");
  const ratio = svg.viewBox.baseVal.height / 1000;
  const tools = document.getElementById("tools");
  let tool = "";
  let corners = [];
  tools.hidden = document.getElementById("draw-how").hidden = false;

  function element({ shape, at }) {
    const made = document.createElementNS(SVG, { rect: "rect", circle: "circle", polygon: "polygon" }[shape]);
    const values = {
      rect: () => ({ x: at[0], y: at[1] * ratio, width: at[2], height: at[3] * ratio }),
      circle: () => ({ cx: at[0], cy: at[1] * ratio, r: at[2] }),
      polygon: () => ({ points: at.map((value, place) => (place % 2 ? value * ratio : value)).join(" ") }),
    }[shape]();
    for (const [name, value] of Object.entries(values)) made.setAttribute(name, value);
    return made;
  }

  function paint(focus = -1) {
    const shapes = areasOf(form).map((area, place) => {
      if (!SIZES[area.shape](area.at)) return null;
      const group = document.createElementNS(SVG, "g");
      const label = document.createElementNS(SVG, "text");
      const [x, y] = area.shape === "rect" ? [area.at[0] + area.at[2] / 2, area.at[1] + area.at[3] / 2] : area.at;
      label.setAttribute("x", x);
      label.setAttribute("y", y * ratio);
      label.textContent = place + 1;
      group.append(element(area), label);
      group.setAttribute("class", area.right ? "draw-r" : "draw-w");
      group.setAttribute("tabindex", "0");
      group.setAttribute("role", "button");
      group.setAttribute("aria-label", box.dataset.area.replace("{number}", place + 1));
      group.dataset.place = place;
      return group;
    });
    svg.replaceChildren(...shapes.filter(Boolean));
    if (corners.length) {
      const line = document.createElementNS(SVG, "polyline");
      line.setAttribute("points", corners.map((value, place) => (place % 2 ? value * ratio : value)).join(" "));
      const first = document.createElementNS(SVG, "circle");
      first.setAttribute("cx", corners[0]);
      first.setAttribute("cy", corners[1] * ratio);
      first.setAttribute("r", 12);
      svg.append(line, first);
    }
    svg.querySelector(`[data-place="${focus}"]`)?.focus();
  }

  function set(place, at) {
    const area = areasOf(form)[place];
    area.field.value = at.join(", ");
    area.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** A row for one more area, a copy of the first one's fields; where there is none the server makes it. */
  function add(shape, at) {
    const rows = areasOf(form);
    const free = rows.findIndex((area) => !area.field.value.trim());
    if (free >= 0) {
      rows[free].row.querySelector("[name$='-shape']").value = shape;
      set(free, at);
      return free;
    }
    if (!rows.length) { form.querySelector("[value='add:areas']").click(); return -1; }
    const number = rows.length;
    const row = rows[0].row.cloneNode(true);
    const renamed = (text) => text.replace(/areas-\d+/g, `areas-${number}`);
    row.id = renamed(row.id);
    for (const part of row.querySelectorAll("*")) {
      for (const name of ["id", "name", "for"]) if (part.hasAttribute(name)) part.setAttribute(name, renamed(part.getAttribute(name)));
    }
    for (const field of row.querySelectorAll("textarea, input:not([type=checkbox])")) field.value = "";
    row.querySelector("b").textContent = box.dataset.area.replace("{number}", number + 1);
    row.querySelector(".btn-group").remove(); // its buttons come with the next page
    row.querySelector("[type=checkbox]").checked = true;
    row.querySelector("[name$='-shape']").value = shape;
    rows.at(-1).row.after(row);
    set(number, at);
    return number;
  }

  function place(event) {
    const frame = picture.querySelector("img").getBoundingClientRect();
    return [within((event.clientX - frame.left) / frame.width * 1000), within((event.clientY - frame.top) / frame.height * 1000)];
  }

  function choose(shape) {
    tool = shape;
    corners = [];
    for (const button of tools.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.shape === tool));
    picture.classList.toggle("draw-on", Boolean(tool));
  }

  tools.addEventListener("click", (event) => {
    const button = event.target.closest("[data-shape]");
    if (!button) return;
    if (event.detail === 0) { // by key: a shape in the middle, to be moved by arrows
      const at = { rect: [400, 400, 200, 200], circle: [500, 500, 100], polygon: [500, 380, 620, 600, 380, 600] }[button.dataset.shape];
      paint(add(button.dataset.shape, at));
      return;
    }
    choose(tool === button.dataset.shape ? "" : button.dataset.shape);
    paint();
  });

  svg.addEventListener("pointerdown", (event) => {
    const start = place(event);
    const held = event.target.closest("[data-place]");
    if (tool === "polygon") {
      event.preventDefault();
      const closes = corners.length >= 6 && Math.hypot(start[0] - corners[0], (start[1] - corners[1]) * ratio) < 20;
      if (closes) { const made = corners; choose(""); paint(add("polygon", made)); status.textContent = ""; return; }
      if (corners.length < 80) corners.push(...start);
      status.textContent = box.dataset.corner.replace("{number}", corners.length / 2);
      paint();
      return;
    }
    if (!tool && !held) return;
    event.preventDefault();
    const number = held && !tool ? Number(held.dataset.place) : -1;
    const before = held && !tool ? areasOf(form)[number] : null;
    let made = null;
    svg.setPointerCapture(event.pointerId);
    const move = (moved) => {
      const now = place(moved);
      if (before) { set(number, changed(before, now[0] - start[0], now[1] - start[1], moved.shiftKey)); paint(); return; }
      const [left, top] = [Math.min(start[0], now[0]), Math.min(start[1], now[1])];
      made = tool === "rect"
        ? [left, top, Math.abs(now[0] - start[0]), Math.abs(now[1] - start[1])]
        : [...start, within(Math.hypot(now[0] - start[0], (now[1] - start[1]) * ratio))];
      paint();
      svg.append(element({ shape: tool, at: made }));
    };
    svg.addEventListener("pointermove", move);
    svg.addEventListener("pointerup", () => {
      svg.removeEventListener("pointermove", move);
      const shape = tool;
      if (before) { paint(number); return; }
      if (!made || made.at(-1) < LEAST) { paint(); return; }
      choose("");
      paint(add(shape, made));
    }, { once: true });
  });

  svg.addEventListener("keydown", (event) => {
    const held = event.target.closest("[data-place]");
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!held || !way) return;
    event.preventDefault();
    const number = Number(held.dataset.place);
    set(number, changed(areasOf(form)[number], way[0] * STEP, way[1] * STEP, event.shiftKey));
    paint(number);
  });
  svg.addEventListener("focusin", (event) => {
    const held = event.target.closest("[data-place]");
    if (held) status.textContent = box.dataset.help.replace("{number}", Number(held.dataset.place) + 1);
  });

  form.addEventListener("input", (event) => { if (event.target.name?.startsWith("areas-")) paint(svg.contains(document.activeElement) ? Number(document.activeElement.dataset.place) : -1); });
  paint();
}
