// A line and a few words at the point under the pointer or the focus. Every word was written by the server:
// <g class="hits"><a or g class="hit" data-label data-value [data-x data-y]>; without this file the links still lead to the cases.

const SVG = "http://www.w3.org/2000/svg";
const GAP = 12;

function figureOf(hit) {
  return hit.closest(".figure");
}

function parts(figure, svg) {
  let tip = figure.querySelector(":scope > .tooltip");
  if (!tip) {
    tip = document.createElement("div");
    tip.className = "tooltip";
    tip.setAttribute("aria-hidden", "true");
    tip.append(document.createElement("strong"), document.createElement("span"));
    figure.append(tip);
  }
  let line = svg.querySelector(":scope > .crosshair");
  if (!line) {
    line = document.createElementNS(SVG, "path");
    line.setAttribute("class", "crosshair");
    const dot = document.createElementNS(SVG, "circle");
    dot.setAttribute("class", "dot");
    dot.setAttribute("r", "4");
    const hits = svg.querySelector(".hits");
    svg.insertBefore(line, hits);
    svg.insertBefore(dot, hits);
  }
  return { tip, line, dot: line.nextElementSibling };
}

function show(hit) {
  const figure = figureOf(hit);
  const svg = hit.closest("svg");
  if (!figure || !svg) return;
  const { tip, line, dot } = parts(figure, svg);
  const box = hit.getBBox();
  const x = Number(hit.dataset.x ?? box.x + box.width / 2);
  const y = Number(hit.dataset.y ?? box.y);
  const pointed = hit.dataset.x !== undefined;
  line.setAttribute("d", pointed ? `M${x} ${box.y}V${box.y + box.height}` : "");
  dot.setAttribute("cx", x);
  dot.setAttribute("cy", y);
  dot.setAttribute("visibility", pointed && hit.dataset.y !== undefined ? "visible" : "hidden");
  tip.firstChild.textContent = hit.dataset.label;
  tip.lastChild.textContent = hit.dataset.value;
  tip.hidden = false;
  const point = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM());
  const frame = figure.getBoundingClientRect();
  const left = Math.max(0, Math.min(frame.width - tip.offsetWidth, point.x - frame.left - tip.offsetWidth / 2));
  const above = point.y - frame.top - tip.offsetHeight - GAP;
  // Positions are set through the object model, which a strict policy allows.
  tip.style.transform = `translate(${left}px, ${above < -8 ? point.y - frame.top + GAP : above}px)`;
}

function hide(figure) {
  const tip = figure.querySelector(":scope > .tooltip");
  if (tip) tip.hidden = true;
  for (const line of figure.querySelectorAll(".crosshair")) {
    line.setAttribute("d", "");
    line.nextElementSibling.setAttribute("visibility", "hidden");
  }
}

for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, (event) => {
    const hit = event.target.closest?.(".hits .hit");
    if (hit) show(hit);
  });
}
for (const kind of ["pointerout", "focusout"]) {
  document.addEventListener(kind, (event) => {
    const hit = event.target.closest?.(".hits .hit");
    if (hit && !event.relatedTarget?.closest?.(".hits")) hide(figureOf(hit));
  });
}

// One point of a figure is in the tab order, the arrows go from point to point, Esc lets go.
function rove(figure) {
  const hits = [...figure.querySelectorAll(".hits .hit")];
  hits.forEach((hit, number) => hit.setAttribute("tabindex", number === 0 ? "0" : "-1"));
}

document.addEventListener("keydown", (event) => {
  const hit = event.target.closest?.(".hits .hit");
  if (!hit) return;
  const hits = [...hit.closest(".hits").querySelectorAll(".hit")];
  const at = hits.indexOf(hit);
  const next = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: hits.length - 1 }[event.key];
  if (event.key === "Escape") { hide(figureOf(hit)); return; }
  if (next === undefined || !hits[next]) return;
  event.preventDefault();
  hit.setAttribute("tabindex", "-1");
  hits[next].setAttribute("tabindex", "0");
  hits[next].focus();
});

function prepare(root) {
  root.querySelectorAll(".figure:has(.hits)").forEach(rove);
}

document.addEventListener("htmx:afterSwap", () => prepare(document));
prepare(document);
