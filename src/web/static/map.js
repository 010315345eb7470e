// The process map under the hand: neighbours light up, a click opens the inspector, arrows walk along the paths.
// The picture itself, its numbers and every link come from the server; without this file they are plain links.

import { say, shortcutsOn, typing } from "./shell.js";
import { Viewport } from "./viewport.js";

const FLIP_MS = 250;
const still = matchMedia("(prefers-reduced-motion: reduce)");
let view = null;
let before = null;
let lastPicked = null;

const svg = () => document.getElementById("map-svg");
const node = (id) => svg()?.querySelector(`[data-node="${CSS.escape(id)}"]`);
const edges = () => [...svg().querySelectorAll("[data-edge]")];
const ends = (edge) => edge.dataset.edge.split(">");
const anchor = (group) => group?.querySelector("a");

// Neighbours

function focusOn(group) {
  const root = svg();
  root.querySelectorAll(".is-near").forEach((near) => near.classList.remove("is-near"));
  root.classList.toggle("has-focus", group !== null);
  if (!group) return;
  group.classList.add("is-near");
  if (group.dataset.edge) {
    ends(group).forEach((id) => node(id)?.classList.add("is-near"));
    return;
  }
  for (const edge of edges()) {
    if (ends(edge).includes(group.dataset.node)) {
      edge.classList.add("is-near");
      ends(edge).forEach((id) => node(id)?.classList.add("is-near"));
    }
  }
}

// Inspector

function pick(group) {
  const href = anchor(group).getAttribute("href");
  mark(group.dataset.node ?? group.dataset.edge);
  history.replaceState(history.state, "", href);
  htmx.ajax("GET", href, { target: "#inspector", select: "#inspector", swap: "outerHTML" });
}

// Two activities: the inspector of the first shows how long it takes from there to the second.
function pickUntil(group) {
  const first = lastPicked && node(lastPicked);
  if (!first || !group.dataset.node) { pick(group); return; }
  const url = new URL(anchor(first).getAttribute("href"), location.href);
  url.searchParams.set("until", group.dataset.node);
  const href = url.pathname + url.search;
  history.replaceState(history.state, "", href);
  htmx.ajax("GET", href, { target: "#inspector", select: "#inspector", swap: "outerHTML" });
}

// Only this activity and what comes directly before and after it.
function neighbourhood(group) {
  if (!group?.dataset.node || group.classList.contains("is-terminal")) return;
  const url = new URL(location.href);
  url.searchParams.set("focus", group.dataset.label);
  htmx.ajax("GET", url.pathname + url.search, { target: "#map-view", select: "#map-view", swap: "outerHTML", push: "true" });
}

function mark(id) {
  lastPicked = id || null;
  const root = svg();
  root?.querySelectorAll(".selected").forEach((old) => old.classList.remove("selected"));
  if (id) root?.querySelector(`[data-node="${CSS.escape(id)}"], [data-edge="${CSS.escape(id)}"]`)?.classList.add("selected");
}

// Keys: one node is in the tab order, the arrows move it along the paths.

function rove(target, focus = true) {
  svg().querySelectorAll("a").forEach((link) => link.setAttribute("tabindex", "-1"));
  const link = anchor(target);
  link.setAttribute("tabindex", "0");
  if (!focus) return;
  link.focus({ preventScroll: true });
  view?.show(target);
}

// Edges stand in the picture from the rarest to the most frequent, those of the happy path last.
function paths(id, forward) {
  const found = edges().filter((edge) => ends(edge)[forward ? 0 : 1] === id && ends(edge)[0] !== ends(edge)[1]);
  return found.reverse().map((edge) => ends(edge)[forward ? 1 : 0]).filter((other) => node(other));
}

const trail = { from: null, forward: true };

function onKey(event) {
  const group = event.target.closest?.("#map-svg [data-node], #map-svg [data-edge]");
  if (!group || event.ctrlKey || event.metaKey || event.altKey) return;
  const id = group.dataset.node ?? ends(group)[0];
  const walk = { ArrowDown: true, ArrowUp: false };
  if (event.key in walk) {
    event.preventDefault();
    const next = paths(id, walk[event.key])[0];
    if (!next) { say(walk[event.key] ? "No path leads on from here" : "No path leads here"); return; }
    Object.assign(trail, { from: id, forward: walk[event.key] });
    rove(node(next));
  } else if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && trail.from !== null) {
    event.preventDefault();
    const others = paths(trail.from, trail.forward);
    const step = event.key === "ArrowRight" ? 1 : -1;
    const at = (others.indexOf(id) + step + others.length) % others.length;
    if (others[at]) rove(node(others[at]));
  } else if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    if (event.shiftKey) pickUntil(group); else pick(group);
  } else if (event.key.toLowerCase() === "n" && shortcutsOn()) {
    event.preventDefault();
    neighbourhood(group);
  } else if (event.key.toLowerCase() === "f" && shortcutsOn()) {
    event.preventDefault();
    event.stopPropagation();
    keepCases(group);
  } else if (event.key === "Escape") {
    focusOn(null);
    closeInspector();
  }
}

// F: the main filter of the inspector of this activity or path, which is fetched first if it is not shown.
async function keepCases(group) {
  if (lastPicked !== (group.dataset.node ?? group.dataset.edge)) {
    const href = anchor(group).getAttribute("href");
    await htmx.ajax("GET", href, { target: "#inspector", select: "#inspector", swap: "outerHTML" });
  }
  document.querySelector("#inspector [data-filter]")?.click();
}

function closeInspector() {
  const close = document.querySelector('#inspector header a[data-pick=""]');
  if (close) close.click();
}

// Search

function find(text) {
  const words = text.trim().toLowerCase();
  const nodes = [...svg().querySelectorAll("[data-node]")];
  const found = words && (nodes.find((n) => n.dataset.label.toLowerCase() === words) ?? nodes.find((n) => n.dataset.label.toLowerCase().includes(words)));
  focusOn(found || null);
  if (found) view?.show(found);
  return found;
}

// Nodes move from where they were; paths appear when they have arrived.

function places() {
  const found = new Map();
  svg()?.querySelectorAll("[data-node]").forEach((group) => {
    const { e, f } = group.transform.baseVal.consolidate().matrix;
    found.set(group.dataset.node, [e, f]);
  });
  return found;
}

function flip(old) {
  if (still.matches) return;
  svg().querySelectorAll("[data-node]").forEach((group) => {
    const { e, f } = group.transform.baseVal.consolidate().matrix;
    const was = old.get(group.dataset.node);
    const inner = anchor(group);
    if (!was) {
      inner.animate({ opacity: [0, 1] }, { duration: FLIP_MS, easing: "ease-out" });
    } else if (was[0] !== e || was[1] !== f) {
      inner.animate({ transform: [`translate(${was[0] - e}px, ${was[1] - f}px)`, "none"] }, { duration: FLIP_MS, easing: "ease-out" });
    }
  });
  svg().querySelector('[data-layer="edges"]').animate({ opacity: [0, 0, 1] }, { duration: 2 * FLIP_MS, easing: "ease-out" });
}

function start(keep) {
  const root = svg();
  view?.stop();
  view = null;
  if (!root) return;
  view = new Viewport(document.getElementById("map-canvas"), root, keep);
  const chosen = root.querySelector(".selected") ?? node("start") ?? root.querySelector("[data-node]");
  lastPicked = root.querySelector(".selected")?.dataset.node ?? root.querySelector(".selected")?.dataset.edge ?? null;
  if (chosen) rove(chosen, false);
}

document.addEventListener("click", (event) => {
  const group = event.target.closest?.("#map-svg [data-node], #map-svg [data-edge]");
  if (group && !event.ctrlKey && !event.metaKey && event.button === 0) {
    event.preventDefault();
    if (view?.dragged) return;
    rove(group);
    if (event.shiftKey) pickUntil(group); else pick(group);
    return;
  }
  const link = event.target.closest?.("#inspector a[data-pick]");
  if (link && !event.ctrlKey && !event.metaKey) {
    mark(link.dataset.pick);
    history.replaceState(history.state, "", link.href);
    const target = link.dataset.pick && svg()?.querySelector(`[data-node="${CSS.escape(link.dataset.pick)}"], [data-edge="${CSS.escape(link.dataset.pick)}"]`);
    if (target) view?.show(target);
  }
});
document.addEventListener("dblclick", (event) => {
  const group = event.target.closest?.("#map-svg [data-node]");
  if (group) { event.preventDefault(); neighbourhood(group); }
});
// The inspector has what a menu would have.
document.addEventListener("contextmenu", (event) => {
  const group = event.target.closest?.("#map-svg [data-node], #map-svg [data-edge]");
  if (group && !event.shiftKey) { event.preventDefault(); rove(group); pick(group); }
});
for (const [kind, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
  document.addEventListener(kind, (event) => {
    const group = event.target.closest?.("#map-svg [data-node], #map-svg [data-edge]");
    if (group && !view?.moving) focusOn(on ? group : null);
  });
}
// Tab leads to what may lie outside the canvas, which does not scroll of itself.
document.addEventListener("focusin", (event) => {
  const group = event.target.closest?.("#map-svg [data-node], #map-svg [data-edge]");
  if (group && event.target.matches(":focus-visible")) view?.show(group);
});
document.addEventListener("keydown", onKey);
document.addEventListener("keydown", (event) => {
  if (!view || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || !shortcutsOn()) return;
  const zoom = { "+": () => view.zoom(1.25), "=": () => view.zoom(1.25), "-": () => view.zoom(0.8), 0: () => view.fit() }[event.key];
  if (zoom) { event.preventDefault(); zoom(); }
});
document.addEventListener("input", (event) => { if (event.target.id === "map-find" && svg()) find(event.target.value); });
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "map-find" || !svg()) return;
  if (event.key === "Enter") {
    event.preventDefault();
    const found = find(event.target.value);
    if (found) { rove(found); pick(found); } else say("No activity has this name");
  } else if (event.key === "Escape") {
    event.target.value = "";
    focusOn(null);
  }
});
document.addEventListener("htmx:beforeSwap", (event) => { if (event.detail.target.id === "map-view") before = { places: places(), seen: view && { box: view.box, size: view.size } }; });
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "map-view" && event.detail.elt.id !== "map-view") return;
  start(before?.seen);
  if (before?.places.size && svg()) flip(before.places);
  before = null;
});
start();
