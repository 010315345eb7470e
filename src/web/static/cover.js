// The marker on the curve of covered cases: it follows the slider, and can be dragged itself.

const SVG = "http://www.w3.org/2000/svg";
const number = new Intl.NumberFormat("en");

function prepare(card) {
  const svg = card.querySelector("svg.chart");
  const slider = card.querySelector("input[type=range]");
  const hits = [...card.querySelectorAll(".hits > *")];
  const list = (name) => card.dataset[name].split(" ").map(Number);
  const [needed, ranks, shares] = [list("needed"), list("ranks"), list("shares")];
  if (!svg || hits.length !== ranks.length) return;
  const places = hits.map((hit) => ({ x: Number(hit.dataset.x), y: Number(hit.dataset.y) }));
  const box = hits[0].getBBox();
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("class", "cover-line");
  const knob = document.createElementNS(SVG, "circle");
  knob.setAttribute("class", "cover-knob");
  knob.setAttribute("r", "6");
  svg.append(line, knob);

  // Between two points of the curve the marker stands between them.
  const place = (rank) => {
    const after = ranks.findIndex((known) => known >= rank);
    if (after <= 0) return places[0];
    const part = (rank - ranks[after - 1]) / (ranks[after] - ranks[after - 1]);
    const [one, other] = [places[after - 1], places[after]];
    return { x: one.x + part * (other.x - one.x), y: one.y + part * (other.y - one.y) };
  };

  function show() {
    const rank = needed[Number(slider.value) - 1];
    const { x, y } = place(rank);
    line.setAttribute("d", `M${x} ${box.y + box.height}V${y}`);
    knob.setAttribute("cx", x);
    knob.setAttribute("cy", y);
    card.querySelector("[data-cover-words]").textContent = `${number.format(rank)} ${rank === 1 ? card.dataset.one : card.dataset.several}`;
  }

  slider.addEventListener("input", show);
  let dragging = false;
  knob.addEventListener("pointerdown", (event) => { dragging = true; event.preventDefault(); knob.setPointerCapture(event.pointerId); });
  knob.addEventListener("pointermove", (event) => {
    if (!dragging) return;
    const x = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse()).x;
    let near = places.findIndex((point) => point.x >= x);
    if (near < 0) near = places.length - 1;
    slider.value = Math.max(1, Math.min(100, Math.round(shares[near] * 100)));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  });
  for (const kind of ["pointerup", "pointercancel"]) knob.addEventListener(kind, () => { dragging = false; });
  show();
}

function all() {
  for (const card of document.querySelectorAll("[data-cover]")) if (!card.querySelector(".cover-knob")) prepare(card);
}

document.addEventListener("htmx:afterSwap", all);
all();
