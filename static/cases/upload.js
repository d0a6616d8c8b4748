// Sends a film in pieces, after tus 1.0, and goes on where it stopped: after a broken connection by itself, after a reload when the
// same file is chosen again. Without this script the file comes with the form.
const MB = 1e6;
const FIRST_PIECE = 256 * 1024;
const LARGEST_PIECE = 2 * 1024 * 1024;
const PIECE_TIME = 1000; // a piece takes the server's attention while it arrives: about so long, in ms
const LONGEST_SILENCE = 120000;
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;

/** Something that trying again may mend. */
class Unreachable extends Error {}
/** Something that trying again will not mend; its message is for the person. */
class Refusal extends Error {}

const encode = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const sleep = (time, signal) => new Promise((done) => {
  const timer = setTimeout(done, time);
  for (const [source, name] of [[signal, "abort"], [window, "online"]]) source.addEventListener(name, () => { clearTimeout(timer); done(); }, { once: true });
});

class Upload {
  constructor(box) {
    this.box = box;
    this.words = box.dataset;
    this.input = box.querySelector("input[type=file]");
    this.stored = box.querySelector("input[type=hidden]");
    this.panel = box.querySelector("[data-panel]");
    this.bar = box.querySelector("progress");
    this.button = document.getElementById(this.words.button);
    this.input.removeAttribute("name"); // the form carries the stored name, not the file
    this.input.addEventListener("change", () => { if (this.input.files[0]) this.choose(this.input.files[0]); });
    for (const button of box.querySelectorAll("[data-do]")) button.addEventListener("click", () => this[button.dataset.do]());
    addEventListener("beforeunload", (event) => { if (this.running) event.preventDefault(); });
    this.paint();
    if (this.input.files[0]) this.choose(this.input.files[0]); // chosen before this script had come
  }

  part(name) { return this.box.querySelector(`[data-${name}]`); }

  say(text, values = {}) {
    const words = Object.entries(values).reduce((line, [key, value]) => line.replace(`{${key}}`, value), text);
    if (this.part("state").textContent !== words) this.part("state").textContent = words;
  }

  megabytes(bytes) { return this.file.size < 10 * MB ? (bytes / MB).toFixed(1) : String(Math.round(bytes / MB)); }

  get amounts() { return { done: this.megabytes(this.offset), total: this.megabytes(this.file.size) }; }

  // ---- what the page shows

  paint() {
    const started = Boolean(this.file);
    this.panel.hidden = !started;
    this.bar.classList.toggle("ok", Boolean(this.whole));
    const pressed = document.activeElement;
    for (const [name, shown] of [["pause", this.running], ["resume", started && !this.running && !this.over], ["cancel", started && !this.whole]]) {
      this.box.querySelector(`[data-do=${name}]`).hidden = !shown;
    }
    if (pressed.hidden && this.panel.contains(pressed)) this.box.querySelector("[data-do]:not([hidden])")?.focus();
    if (this.button) this.button.disabled = Boolean(this.running) || ("needed" in this.words && !this.stored.value);
  }

  count() {
    this.bar.value = this.offset / this.file.size;
    const { done, total } = this.amounts;
    const line = [this.words.progress.replace("{done}", done).replace("{total}", total)];
    if (this.running && this.speed) line.push(this.left((this.file.size - this.offset) / this.speed / 1000));
    this.part("count").textContent = line.join(document.documentElement.lang === "zh-CN" ? "，" : ", ");
  }

  left(seconds) {
    if (seconds < 30) return this.words.soon;
    const minutes = Math.round(seconds / 60);
    return minutes < 2 ? this.words.minute : this.words.minutes.replace("{minutes}", minutes);
  }

  // ---- what the person does

  choose(file) {
    this.pause();
    Object.assign(this, { file, offset: 0, speed: 0, piece: FIRST_PIECE, address: "", over: false, whole: false });
    this.part("name").textContent = file.name;
    this.part("size").textContent = `${this.megabytes(file.size)} MB`;
    this.resume();
  }

  pause() {
    this.running?.abort();
    this.running = null;
    if (this.file) { this.say(this.words.paused); this.count(); }
    this.paint();
  }

  resume() {
    this.running = new AbortController();
    this.say(this.words.sending);
    this.paint();
    this.count();
    this.run(this.running);
  }

  async cancel() {
    const address = this.address;
    this.running?.abort();
    Object.assign(this, { running: null, file: null });
    this.input.value = "";
    this.paint();
    this.input.focus();
    if (address) await this.ask("DELETE", address, new AbortController()).catch(() => {}); // the server forgets it in a week anyway
  }

  // ---- sending

  /** Try until it is done, given up or refused; `turn` ends when the person pauses or chooses another file. */
  async run(turn) {
    let wait = FIRST_WAIT;
    while (!turn.signal.aborted) {
      try {
        await this.start(turn);
        while (this.offset < this.file.size && !turn.signal.aborted) { await this.sendPiece(turn); wait = FIRST_WAIT; }
        if (!turn.signal.aborted) await this.finish(turn);
        return;
      } catch (error) {
        if (turn.signal.aborted) return;
        if (!(error instanceof Unreachable)) { this.stop(error.message); return; }
        this.say(this.words.waiting, { seconds: Math.round(wait / 1000) });
        await sleep(wait, turn.signal);
        wait = Math.min(wait * 2, LONGEST_WAIT);
      }
    }
  }

  async start(turn) {
    const { name, size, lastModified } = this.file;
    const metadata = { filename: name, fingerprint: `${name}-${size}-${lastModified}`.slice(-300) };
    const pairs = Object.entries(metadata).map(([key, value]) => `${key} ${encode(value)}`);
    const response = await this.ask("POST", this.words.upload, turn, { "Upload-Length": size, "Upload-Metadata": pairs.join(",") });
    const told = await response.json();
    Object.assign(this, { address: told.address, offset: told.received });
    this.say(this.offset ? this.words.goingOn : this.words.sending, this.amounts);
    this.count();
  }

  async sendPiece(turn) {
    const body = await this.file.slice(this.offset, this.offset + this.piece).arrayBuffer().catch(() => { throw new Refusal(this.words.changed); });
    const began = performance.now();
    const response = await this.ask("PATCH", this.address, turn, { "Upload-Offset": this.offset, "Content-Type": "application/offset+octet-stream" }, body);
    if (turn.signal.aborted) return;
    const took = Math.max(1, performance.now() - began);
    const arrived = Number(response.headers.get("Upload-Offset"));
    if (response.ok) {
      const speed = body.byteLength / took;
      this.speed = this.speed ? 0.8 * this.speed + 0.2 * speed : speed;
      this.piece = Math.round(Math.min(LARGEST_PIECE, 2 * this.piece, Math.max(FIRST_PIECE / 4, speed * PIECE_TIME)));
      if (this.offset) this.say(this.words.sending);
    }
    this.offset = arrived;
    this.count();
  }

  async finish(turn) {
    this.say(this.words.looking);
    let told = await (await this.ask("GET", this.address, turn)).json();
    if (!told.stored) { // the server went away after the last byte and before it looked
      await this.sendPiece(turn);
      told = await (await this.ask("GET", this.address, turn)).json();
      if (!told.stored) throw new Unreachable();
    }
    Object.assign(this, { running: null, over: true, whole: true });
    this.stored.value = told.stored;
    const seconds = document.getElementById(this.words.seconds);
    if (seconds && told.seconds && !seconds.value) seconds.value = told.seconds;
    this.say(this.words.done);
    this.count();
    this.paint();
    this.stored.dispatchEvent(new Event("input", { bubbles: true }));
  }

  stop(words) {
    Object.assign(this, { running: null, over: true });
    this.input.value = ""; // so that the same file can be chosen once more
    this.say(words);
    this.count();
    this.paint();
  }

  /** One request; an answer that sending again may mend is an Unreachable, one that it will not a Refusal. */
  async ask(method, address, turn, headers = {}, body = null) {
    const request = new AbortController();
    const end = () => request.abort();
    turn.signal.addEventListener("abort", end);
    const silence = setTimeout(end, LONGEST_SILENCE);
    try {
      const sent = { Accept: "application/json", "X-CSRFToken": this.words.token, "Tus-Resumable": "1.0.0", ...headers };
      const response = await fetch(address, { method, headers: sent, body, signal: request.signal, redirect: "manual" });
      if (response.ok || response.status === 409) return response;
      if (response.type === "opaqueredirect" || response.status === 401) throw new Refusal(this.words.signIn);
      if (response.status >= 500 || [423, 429].includes(response.status)) throw new Unreachable();
      if (response.status === 404 && method !== "POST") throw new Unreachable(); // forgotten: the next try begins anew
      const told = await response.json().catch(() => ({}));
      throw new Refusal(told.error ?? this.words.failed);
    } catch (error) {
      throw error instanceof Refusal ? error : new Unreachable();
    } finally {
      clearTimeout(silence);
      turn.signal.removeEventListener("abort", end);
    }
  }
}

for (const box of document.querySelectorAll("[data-upload]")) new Upload(box);
