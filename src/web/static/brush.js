// Dragging over the strip of periods chooses those between press and release. Without this file each bar is a link that
// chooses its own period.

const SVG = "http://www.w3.org/2000/svg";
const LEAST = 5;

function prepare(strip) {
  const svg = strip.querySelector("svg");
  const hits = [...strip.querySelectorAll(".hits > *")];
  const starts = strip.dataset.starts.split(" ");
  if (!svg || hits.length === 0 || starts.length !== hits.length + 1) return;
  strip.querySelector("[data-brush-hint]").hidden = false;
  const shade = document.createElementNS(SVG, "rect");
  shade.setAttribute("class", "brush-shade");
  svg.append(shade);
  const boxes = hits.map((hit) => hit.getBBox());
  let from = null;
  let moved = false;

  const inSvg = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse()).x;
  // The bar at this place; beyond the ends, the first or last one.
  const at = (x) => {
    const found = boxes.findIndex((box) => x < box.x + box.width);
    return found < 0 ? boxes.length - 1 : found;
  };
  const ends = (x) => { const [one, other] = [at(from), at(x)]; return one <= other ? [one, other] : [other, one]; };

  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    from = inSvg(event);
    moved = false;
  });
  window.addEventListener("pointermove", (event) => {
    if (from === null) return;
    const x = inSvg(event);
    if (!moved && Math.abs(x - from) < LEAST) return;
    moved = true;
    event.preventDefault();
    const [first, last] = ends(x);
    shade.setAttribute("x", boxes[first].x);
    shade.setAttribute("y", boxes[first].y);
    shade.setAttribute("width", boxes[last].x + boxes[last].width - boxes[first].x);
    shade.setAttribute("height", boxes[first].height);
  });
  window.addEventListener("pointerup", (event) => {
    if (from === null) return;
    const [first, last] = ends(inSvg(event));
    from = null;
    if (!moved) return;
    const filter = `${strip.dataset.rest}start=${starts[first]}..${starts[last + 1]}`;
    const joint = strip.dataset.target.includes("?") ? "&" : "?";
    location.assign(`${strip.dataset.target}${joint}filter=${encodeURIComponent(filter)}`);
  });
  window.addEventListener("pointercancel", () => { from = null; shade.removeAttribute("width"); });
  // A drag ends over some bar, which must not be followed as well.
  svg.addEventListener("click", (event) => { if (moved) event.preventDefault(); }, true);
  svg.addEventListener("dragstart", (event) => event.preventDefault());
}

document.querySelectorAll("[data-brush]").forEach(prepare);
