// Cases as dots that run along the paths. The server sends columns of numbers; a canvas above the picture draws them.
// Between two activities a dot moves evenly: the log does not say when within the wait something happened.

const POINTS = 64;
const DOT = 4;
const RUN_SECONDS = 60;
const DAY = 86400;
const BINS = 200;
const SYMBOLS = "/static/icons.svg";

let run = null;

class Replay {
  constructor(panel, data) {
    this.panel = panel;
    this.data = data;
    this.playing = false;
    this.at = 0;
    this.frame = 0;
    this.canvas = document.getElementById("map-tokens");
    this.canvas.hidden = false;
    this.pen = this.canvas.getContext("2d");
    this.stage = document.getElementById("map-canvas");
    this.off = new AbortController();
    this.tracks = this.sample();
    this.mode("calendar");
    const { signal } = this.off;
    this.stage.addEventListener("throughline:view", () => this.draw(), { signal });
    document.addEventListener("throughline:theme", () => this.draw(), { signal });
    // Nobody watches a hidden tab.
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.pause(); }, { signal });
  }

  stop() {
    this.pause();
    this.off.abort();
  }

  // Asking the path for a point is slow, so each path is asked 64 times once.
  sample() {
    const tracks = new Map();
    for (const group of document.querySelectorAll("#map-svg [data-edge]")) {
      const line = group.querySelector(".edge-line");
      const length = line.getTotalLength();
      const points = new Float32Array(2 * POINTS);
      for (let i = 0; i < POINTS; i += 1) {
        const { x, y } = line.getPointAtLength((length * i) / (POINTS - 1));
        points[2 * i] = x;
        points[2 * i + 1] = y;
      }
      tracks.set(group.dataset.edge, points);
    }
    return this.data.edges.map((edge) => tracks.get(edge) ?? null);
  }

  // When each dot sets off and arrives, by the chosen way to start the cases.
  mode(name) {
    const { case: cases, start, end, first } = this.data;
    const count = start.length;
    const begin = new Map();
    for (let i = 0; i < count; i += 1) begin.set(cases[i], Math.min(begin.get(cases[i]) ?? Infinity, start[i]));
    this.from = new Float64Array(count);
    this.to = new Float64Array(count);
    for (let i = 0; i < count; i += 1) {
      const move = name === "together" ? -begin.get(cases[i]) : name === "day" ? ((start[i] + first) % DAY) - start[i] : 0;
      this.from[i] = start[i] + move;
      // A path that takes no time is still seen for a moment.
      this.to[i] = Math.max(end[i] + move, this.from[i] + 1);
    }
    const calendar = name === "calendar";
    this.low = this.from.reduce((a, b) => Math.min(a, b), Infinity);
    this.high = name === "day" ? DAY : quantile(this.to, calendar ? 1 : 0.99);
    this.kind = name;
    this.order = Uint32Array.from(this.from.keys()).sort((a, b) => this.from[a] - this.from[b]);
    this.at = this.low;
    this.area();
    this.draw();
  }

  // How many cases are under way, behind the slider.
  area() {
    const change = new Float64Array(BINS + 1);
    const bin = (time) => Math.max(0, Math.min(BINS, Math.floor(((time - this.low) / (this.high - this.low)) * BINS)));
    for (let i = 0; i < this.from.length; i += 1) {
      change[bin(this.from[i])] += 1;
      change[bin(this.to[i])] -= 1;
    }
    let sum = 0;
    const heights = [...change].slice(0, BINS).map((by) => (sum += by));
    const top = Math.max(...heights, 1);
    const line = heights.map((height, i) => `L${i} ${(35 - (33 * height) / top).toFixed(1)}`).join("");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", `M0 36${line}L${BINS} 36z`);
    this.panel.querySelector(".wip").replaceChildren(path);
  }

  draw() {
    const { pen, canvas, stage } = this;
    const ratio = Math.min(2, devicePixelRatio || 1);
    const [width, height] = [stage.clientWidth, stage.clientHeight];
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const box = document.getElementById("map-svg").viewBox.baseVal;
    const scale = Math.min(width / box.width, height / box.height) * ratio;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--c3");
    const size = DOT * ratio;
    let seen = 0;
    for (const i of this.order) {
      if (this.from[i] > this.at) break;
      if (this.to[i] < this.at) continue;
      seen += 1;
      const track = this.tracks[this.data.edge[i]];
      if (!track) continue;
      const share = ((this.at - this.from[i]) / (this.to[i] - this.from[i])) * (POINTS - 1);
      const p = Math.min(POINTS - 2, Math.floor(share));
      const f = share - p;
      const x = track[2 * p] * (1 - f) + track[2 * p + 2] * f;
      const y = track[2 * p + 1] * (1 - f) + track[2 * p + 3] * f;
      pen.fillRect((x - box.x) * scale - size / 2, (y - box.y) * scale - size / 2, size, size);
    }
    this.words(seen);
  }

  words(seen) {
    const clock = this.panel.querySelector("[data-replay-clock]");
    const utc = new Date((this.data.first + this.at) * 1000).toISOString();
    const time = this.kind === "calendar" ? `${utc.slice(0, 10)} ${utc.slice(11, 16)}`
      : this.kind === "day" ? new Date(this.at * 1000).toISOString().slice(11, 16) : `day ${(this.at / DAY).toFixed(1)}`;
    const sample = this.data.sample < this.data.of ? `, sample of ${this.data.of.toLocaleString("en")}` : "";
    clock.textContent = `${time} · ${seen} under way${sample}`;
    const slider = this.panel.querySelector("[data-replay-scrub]");
    slider.value = Math.round((1000 * (this.at - this.low)) / (this.high - this.low));
    slider.setAttribute("aria-valuetext", clock.textContent);
  }

  play() {
    if (this.at >= this.high) this.at = this.low;
    this.playing = true;
    this.label();
    let last = performance.now();
    const step = (now) => {
      if (!this.playing) return;
      const speed = Number(this.panel.querySelector("[data-replay-speed]").value);
      this.at += ((now - last) / 1000) * speed * ((this.high - this.low) / RUN_SECONDS);
      last = now;
      if (this.at >= this.high) { this.at = this.high; this.pause(); }
      this.draw();
      if (this.playing) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  pause() {
    this.playing = false;
    cancelAnimationFrame(this.frame);
    this.label();
  }

  label() {
    const button = this.panel.querySelector("[data-replay-play]");
    button.setAttribute("aria-label", this.playing ? "Pause" : "Play");
    button.querySelector("use").setAttribute("href", `${SYMBOLS}#${this.playing ? "pause" : "play"}`);
  }

  scrub(share) {
    this.at = this.low + share * (this.high - this.low);
    this.draw();
  }
}

function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

// The numbers are fetched when somebody wants to see them, not with the page.
async function ready(panel) {
  if (run?.panel === panel) return run;
  const clock = panel.querySelector("[data-replay-clock]");
  clock.textContent = "loading…";
  const answer = await fetch(panel.dataset.replayUrl).catch(() => null);
  if (!answer?.ok) { clock.textContent = "the replay could not be loaded"; return null; }
  run = new Replay(panel, await answer.json());
  return run;
}

function prepare() {
  run?.stop();
  run = null;
  const panel = document.getElementById("replay");
  if (!panel || !document.getElementById("map-svg")) return;
  panel.hidden = false;
  panel.querySelector("[data-replay-play]").addEventListener("click", async () => {
    const replay = await ready(panel);
    if (replay) { if (replay.playing) replay.pause(); else replay.play(); }
  });
  panel.querySelector("[data-replay-scrub]").addEventListener("input", async (event) => {
    const share = event.target.value / 1000;
    (await ready(panel))?.scrub(share);
  });
  panel.querySelector("[data-replay-mode]").addEventListener("change", async (event) => {
    const name = event.target.value;
    event.stopPropagation();
    (await ready(panel))?.mode(name);
  });
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.elt.id === "map-view" || event.detail.target.id === "map-view") prepare();
});
prepare();
