// The cases on the map as they moved: small squares on a canvas over the picture. The server sends when each case left an
// activity and reached the next; where a square is in between is a straight share of that time, and the page says so.

import { say, shortcutsOn, typing } from "./shell.js";

const POINTS = 64;
const BINS = 240;
// At speed 1 the whole log passes in a minute; a step is a hundredth of it.
const SECONDS = 60;
const STEPS = 100;
const SQUARE = 5;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const svgSpace = "http://www.w3.org/2000/svg";

const state = { open: false, playing: false, at: 0, speed: 1, mode: "absolute", url: null, data: null };
let scene = null;
let frame = 0;
let last = 0;

const bar = () => document.getElementById("replay");
const part = (name) => bar()?.querySelector(`[data-replay-${name}]`);
const canvas = () => document.getElementById("map-tokens");

// The answer of the server, made ready: movements by case, times from the begin of each case where all start together.

function prepare(answer) {
  const { cases, moves } = answer;
  const count = cases.first.length;
  const begins = new Int32Array(count + 1);
  for (const number of moves.case) begins[number + 1] += 1;
  for (let at = 0; at < count; at += 1) begins[at + 1] += begins[at];
  const whole = Math.max(0, ...spans(cases.end_s));
  const longest = Math.max(0, ...spans(cases.end_s.map((end, at) => end - cases.start_s[at])));
  return { ...answer, count, begins, whole, longest, cursor: new Int32Array(count), binned: {} };
}

// Spreading very long lists into arguments overflows; their greatest of a thousand each do not.
function spans(values) {
  const greatest = [];
  for (let at = 0; at < values.length; at += 1000) greatest.push(Math.max(...values.slice(at, at + 1000)));
  return greatest;
}

const length = () => Math.max(1, state.mode === "relative" ? state.data.longest : state.data.whole);
const offset = (number) => (state.mode === "relative" ? state.data.cases.start_s[number] : 0);

// Where the picture has the paths and activities

function measure() {
  const svg = document.getElementById("map-svg");
  if (!svg) return null;
  const paths = state.data.paths.map(([from, to]) => {
    const id = `${state.data.activities[from].id}>${state.data.activities[to].id}`;
    const line = svg.querySelector(`[data-edge="${CSS.escape(id)}"] .edge-line`);
    if (!line) return null;
    const all = line.getTotalLength();
    const points = new Float32Array(2 * (POINTS + 1));
    for (let at = 0; at <= POINTS; at += 1) {
      const { x, y } = line.getPointAtLength((all * at) / POINTS);
      points[2 * at] = x;
      points[2 * at + 1] = y;
    }
    return points;
  });
  const nodes = state.data.activities.map(({ id }) => {
    const group = svg.querySelector(`[data-node="${CSS.escape(id)}"]`);
    if (!group) return null;
    const { e, f } = group.transform.baseVal.consolidate().matrix;
    const { width, height } = group.querySelector(".node-box").getBBox();
    return { x: e, y: f + height / 2, width: width - 16 };
  });
  return { paths, nodes };
}

// Movements on paths that are not drawn are said, not hidden.
function hiddenShare() {
  const { moves } = state.data;
  let hidden = 0;
  for (const path of moves.path) if (!scene.paths[path]) hidden += 1;
  return moves.path.length ? hidden / moves.path.length : 0;
}

const number = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

function words() {
  const { all_cases: all, shown_cases: shown } = state.data;
  const cases = shown < all ? `Sample of ${number.format(shown)} of ${number.format(all)} cases` : `All ${number.format(all)} cases`;
  const share = hiddenShare();
  const percent = share > 0 && share < 0.01 ? "under 1 %" : `${Math.round(share * 100)} %`;
  const hidden = share > 0 ? ` ${percent} of the movements are on paths that are not drawn: hollow squares wait where they were last seen, then jump.` : "";
  return `${cases}. A square on an activity is worked on there; on a path it waits for the next one, and its place is the share of that time that has passed: nobody observed it there.${hidden}`;
}

// How many cases are under way, over time

function area() {
  const { cases, count, binned } = state.data;
  if (binned[state.mode]) return binned[state.mode];
  const change = new Float64Array(BINS + 2);
  const bin = (time) => Math.min(BINS, Math.max(0, Math.floor((time / length()) * BINS)));
  for (let at = 0; at < count; at += 1) {
    change[bin(cases.start_s[at] - offset(at))] += 1;
    change[bin(cases.end_s[at] - offset(at)) + 1] -= 1;
  }
  const under = [];
  let now = 0;
  for (let at = 0; at <= BINS; at += 1) { now += change[at]; under.push(now); }
  const most = Math.max(1, ...under);
  const line = under.map((value, at) => `${at} ${(36 - (34 * value) / most).toFixed(1)}`).join("L");
  binned[state.mode] = { d: `M0 36L${line}L${BINS} 36Z`, under };
  return binned[state.mode];
}

const clockFormat = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", year: "numeric", month: "short", day: "2-digit", hour: "2-digit", minute: "2-digit" });

function clock() {
  const seconds = state.at * length();
  if (state.mode === "absolute") return `${clockFormat.format(new Date(Date.parse(state.data.from) + seconds * 1000))} UTC`;
  const units = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  const [name, unit] = units.find(([, unit]) => seconds >= 2 * unit) ?? ["s", 1];
  return `after ${(seconds / unit).toFixed(1)} ${name}`;
}

// Drawing

let ink = null;

function colours() {
  const style = getComputedStyle(document.documentElement);
  ink = { fill: style.getPropertyValue("--fg").trim(), edge: style.getPropertyValue("--card").trim() };
}

function fit(target) {
  const scale = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(target.clientWidth * scale), Math.round(target.clientHeight * scale)];
  if (target.width !== w || target.height !== h) { target.width = w; target.height = h; }
  return scale;
}

// The movement that a case is in or has finished last; -1 before the first. It looks on from where it was.
function place(at, time) {
  const { begins, cursor, moves } = state.data;
  const [first, end] = [begins[at], begins[at + 1]];
  let move = cursor[at];
  if (move < first || move >= end || moves.leave_s[move] > time) move = first - 1;
  while (move + 1 < end && moves.leave_s[move + 1] <= time) move += 1;
  cursor[at] = move;
  return move >= first ? move : -1;
}

function draw() {
  const target = canvas();
  if (!target || !state.data || !scene) return;
  const context = target.getContext("2d");
  const dots = fit(target);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, target.width, target.height);
  const { cases, moves, paths, count } = state.data;
  // What is seen of the picture is in its viewBox, whoever moved it.
  const seen = document.getElementById("map-svg").viewBox.baseVal;
  const view = { x: seen.x, y: seen.y, scale: target.clientWidth / seen.width };
  const size = Math.max(2, Math.round(SQUARE * Math.min(1.6, view.scale)));
  const now = state.at * length();
  // Whole pixels and few changes of colour: thousands of squares are drawn many times a second.
  const [solid, hollow, wide, high] = [[], [], target.clientWidth, target.clientHeight];
  const square = (x, y, isHollow) => {
    const [px, py] = [Math.round((x - view.x) * view.scale - size / 2), Math.round((y - view.y) * view.scale - size / 2)];
    if (px > -size && py > -size && px < wide && py < high) (isHollow ? hollow : solid).push(px, py);
  };
  for (let at = 0; at < count; at += 1) {
    const time = now + offset(at);
    if (time < cases.start_s[at] || time > cases.end_s[at]) continue;
    const move = place(at, time);
    const path = move < 0 ? null : moves.path[move];
    if (move >= 0 && time < moves.arrive_s[move] && scene.paths[path]) {
      const share = (time - moves.leave_s[move]) / (moves.arrive_s[move] - moves.leave_s[move]);
      const points = scene.paths[path];
      const along = Math.min(POINTS - 1e-6, Math.max(0, share * POINTS));
      const [k, t] = [Math.floor(along), along % 1];
      square(points[2 * k] + (points[2 * k + 2] - points[2 * k]) * t, points[2 * k + 1] + (points[2 * k + 3] - points[2 * k + 1]) * t, false);
      continue;
    }
    const arrived = move >= 0 && time >= moves.arrive_s[move];
    let here = move < 0 ? cases.first[at] : paths[path][arrived ? 1 : 0];
    let lost = move >= 0 && !arrived;
    // Somewhere that is not drawn: it is kept where it was last seen.
    for (let back = move; !scene.nodes[here] && back >= state.data.begins[at]; back -= 1) {
      here = paths[moves.path[back]][0];
      lost = true;
    }
    const node = scene.nodes[here];
    if (!node) continue;
    // A place below the node that stays the same for each case.
    const slot = ((at * 61) % 97) / 97;
    const row = (at * 31) % 3;
    square(node.x + (slot - 0.5) * node.width, node.y - 3 - row * 3, lost);
  }
  context.setTransform(dots, 0, 0, dots, 0, 0);
  const fill = (colour, list, grow) => {
    context.fillStyle = colour;
    for (let at = 0; at < list.length; at += 2) context.fillRect(list[at] - grow, list[at + 1] - grow, size + 2 * grow, size + 2 * grow);
  };
  if (size > 3) { fill(ink.edge, solid, 1); fill(ink.edge, hollow, 1); }
  fill(ink.fill, hollow, 0);
  fill(ink.edge, hollow, -1);
  fill(ink.fill, solid, 0);
}

function show() {
  const slider = document.getElementById("replay-at");
  if (!slider || !state.data) return;
  slider.value = Math.round(state.at * 1000);
  const text = clock();
  const under = area().under[Math.min(BINS, Math.floor(state.at * BINS))];
  // While it plays, nobody wants to hear every moment.
  if (!state.playing) slider.setAttribute("aria-valuetext", `${text}, ${number.format(under)} cases under way`);
  document.getElementById("replay-clock").textContent = `${text} · ${number.format(under)} under way`;
  draw();
}

function tick(now) {
  if (!state.playing) return;
  const passed = Math.min(0.25, (now - last) / 1000);
  last = now;
  state.at = Math.min(1, state.at + (passed * state.speed) / SECONDS);
  show();
  if (state.at >= 1) { pause(); return; }
  frame = requestAnimationFrame(tick);
}

// Playing

function buttons() {
  const play = part("play");
  if (!play) return;
  play.setAttribute("aria-label", state.playing ? "Pause" : "Play");
  play.title = state.playing ? "Pause (k)" : "Play (k)";
  play.querySelector("use").setAttribute("href", `/static/icons.svg#${state.playing ? "pause" : "play"}`);
}

function play() {
  if (!state.data || state.data.count === 0 || document.hidden) return;
  if (state.at >= 1) state.at = 0;
  state.playing = true;
  last = performance.now();
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(tick);
  buttons();
}

function pause() {
  state.playing = false;
  cancelAnimationFrame(frame);
  buttons();
  show();
}

function step(by) {
  pause();
  state.at = Math.min(1, Math.max(0, Math.round(state.at * STEPS + by) / STEPS));
  show();
}

// The bar comes anew with each map; what is played stays.
async function attach() {
  const opener = document.querySelector("[data-replay-open]");
  if (opener) opener.hidden = false;
  if (!bar() || !state.open) { pause(); return; }
  bar().hidden = false;
  canvas().hidden = false;
  opener?.setAttribute("aria-expanded", "true");
  part("speed").value = String(state.speed);
  part("mode").value = state.mode;
  if (state.url !== bar().dataset.url) {
    pause();
    Object.assign(state, { url: bar().dataset.url, data: null, at: 0 });
    document.getElementById("replay-words").textContent = "Loading the cases …";
    const answer = await fetch(state.url, { headers: { accept: "application/json" } }).then((found) => (found.ok ? found.json() : null)).catch(() => null);
    if (!bar() || state.url !== bar().dataset.url) return;
    if (!answer) { state.url = null; document.getElementById("replay-words").textContent = "The cases could not be loaded."; return; }
    state.data = prepare(answer);
  }
  ready();
}

function ready() {
  if (state.data.count === 0) { document.getElementById("replay-words").textContent = "No case has times to be replayed."; return; }
  colours();
  scene = measure();
  bar().querySelector(".wip path").setAttribute("d", area().d);
  document.getElementById("replay-words").textContent = words() + (still.matches ? " Your system asks for little motion, so nothing moves by itself: step, or move the slider." : "");
  buttons();
  show();
}

async function open() {
  state.open = true;
  await attach();
  // Whoever wants little motion starts it, or steps.
  if (state.data && !still.matches) play();
  part("play")?.focus();
}

function close() {
  pause();
  state.open = false;
  bar().hidden = true;
  canvas().hidden = true;
  const opener = document.querySelector("[data-replay-open]");
  opener?.setAttribute("aria-expanded", "false");
  opener?.focus();
}

document.addEventListener("click", (event) => {
  const hit = (name) => event.target.closest?.(`[data-replay-${name}]`);
  if (hit("open")) { if (state.open) close(); else open(); }
  else if (hit("close")) close();
  else if (hit("play")) { if (state.playing) pause(); else play(); }
  else if (hit("back")) step(-1);
  else if (hit("on")) step(1);
});
document.addEventListener("input", (event) => {
  if (event.target.id !== "replay-at" || !state.data) return;
  state.at = event.target.value / 1000;
  show();
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-replay-speed]")) state.speed = Number(event.target.value);
  if (event.target.matches("[data-replay-mode]") && state.data) {
    state.mode = event.target.value;
    state.at = 0;
    ready();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "k" || !state.open || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || !shortcutsOn()) return;
  if (state.playing) { pause(); say("Paused"); } else play();
});
document.addEventListener("visibilitychange", () => { if (document.hidden) pause(); });
document.addEventListener("throughline:view", () => { if (state.open && !state.playing) draw(); }, true);
document.addEventListener("throughline:theme", () => { if (state.data) { colours(); draw(); } });
document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target.id === "map-view" || event.detail.elt.id === "map-view") attach(); });
attach();
