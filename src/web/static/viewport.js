// Which part of the map is seen: wheel and drag move it, Ctrl and wheel or two fingers zoom, the small map jumps.
// The SVG's viewBox is the only state, so that printing and export see the same picture.

const MIN = 0.1;
const MAX = 4;
const EDGE = 24;

export class Viewport {
  // `keep` is what the last one saw, if there was one: box and size.
  constructor(canvas, svg, keep) {
    this.canvas = canvas;
    this.svg = svg;
    this.known = keep?.size;
    this.whole = { w: svg.viewBox.baseVal.width, h: svg.viewBox.baseVal.height };
    this.dragged = false;
    this.moving = false;
    this.pointers = new Map();
    this.off = new AbortController();
    canvas.classList.add("is-live");
    svg.setAttribute("preserveAspectRatio", "xMinYMin meet");
    this.listen();
    this.minimap();
    this.box = { x: 0, y: 0, scale: 1 };
    // After a change of the map the eye stays where it was.
    if (keep) this.set(keep.box); else this.home();
    this.resized = new ResizeObserver(() => {
      this.known = this.seen();
      this.set(this.box);
    });
    this.resized.observe(canvas);
  }

  stop() {
    this.off.abort();
    this.resized.disconnect();
  }

  // To ask the canvas lays out the whole page; so it is asked only before it has told its size itself.
  get size() { return this.known ?? this.seen(); }

  seen() { return { w: this.canvas.clientWidth || 1, h: this.canvas.clientHeight || 1 }; }

  // The map is read from its start: the whole width if letters stay readable, the top of it.
  home() {
    const { w } = this.size;
    const scale = Math.min(1, Math.max(0.7, w / this.whole.w));
    const start = this.svg.querySelector('[data-node="start"]')?.transform.baseVal.consolidate().matrix.e ?? this.whole.w / 2;
    const x = this.whole.w * scale <= w ? (this.whole.w - w / scale) / 2 : Math.max(0, start - w / scale / 2);
    this.set({ x, y: 0, scale });
  }

  fit() {
    const { w, h } = this.size;
    const scale = Math.min(MAX, w / this.whole.w, h / this.whole.h);
    this.set({ scale, x: (this.whole.w - w / scale) / 2, y: (this.whole.h - h / scale) / 2 });
  }

  set({ x, y, scale }) {
    const { w, h } = this.size;
    const s = Math.min(MAX, Math.max(MIN, scale));
    const [vw, vh] = [w / s, h / s];
    // Some of the map always stays in sight.
    const bound = (at, seen, all) => (seen >= all + 2 * EDGE ? Math.min(EDGE, Math.max(all - seen - EDGE, at)) : Math.min(all - seen + EDGE, Math.max(-EDGE, at)));
    this.box = { scale: s, x: bound(x, vw, this.whole.w), y: bound(y, vh, this.whole.h) };
    this.svg.setAttribute("viewBox", `${this.box.x.toFixed(2)} ${this.box.y.toFixed(2)} ${vw.toFixed(2)} ${vh.toFixed(2)}`);
    this.window?.setAttribute("x", this.box.x);
    this.window?.setAttribute("y", this.box.y);
    this.window?.setAttribute("width", vw);
    this.window?.setAttribute("height", vh);
    const level = document.getElementById("zoom-level");
    if (level) level.textContent = `${Math.round(s * 100)} %`;
    this.canvas.dispatchEvent(new CustomEvent("throughline:view", { detail: this.box }));
  }

  // Zooms around a point of the canvas, its middle unless given.
  zoom(factor, px = this.size.w / 2, py = this.size.h / 2) {
    const scale = Math.min(MAX, Math.max(MIN, this.box.scale * factor));
    const [x, y] = [this.box.x + px / this.box.scale, this.box.y + py / this.box.scale];
    this.set({ scale, x: x - px / scale, y: y - py / scale });
  }

  pan(dx, dy) {
    this.set({ ...this.box, x: this.box.x - dx / this.box.scale, y: this.box.y - dy / this.box.scale });
  }

  // Moves only as far as is needed.
  show(group) {
    const { width, height, x, y } = group.getBBox();
    const at = group.transform.baseVal.consolidate()?.matrix ?? { e: 0, f: 0 };
    const { w, h } = this.size;
    const s = this.box.scale;
    const near = (from, long, low, seen) => {
      const margin = Math.min(60, seen / 6);
      const isSeen = from < low + seen - margin && from + long > low + margin;
      if (long > seen - 2 * margin) return isSeen ? low : from - margin;
      if (from < low + margin) return from - margin;
      return from + long > low + seen - margin ? from + long - seen + margin : low;
    };
    this.set({ scale: s, x: near(at.e + x, width, this.box.x, w / s), y: near(at.f + y, height, this.box.y, h / s) });
  }

  listen() {
    const { signal } = this.off;
    const on = (target, kind, work, options = {}) => target.addEventListener(kind, work, { signal, ...options });
    on(this.canvas, "wheel", (event) => {
      event.preventDefault();
      const box = this.canvas.getBoundingClientRect();
      const unit = event.deltaMode === 1 ? 16 : 1;
      if (event.ctrlKey || event.metaKey) this.zoom(Math.exp(-event.deltaY * unit * 0.004), event.clientX - box.left, event.clientY - box.top);
      else if (event.shiftKey) this.pan(-event.deltaY * unit, 0);
      else this.pan(-event.deltaX * unit, -event.deltaY * unit);
    }, { passive: false });
    on(this.canvas, "pointerdown", (event) => this.down(event));
    on(this.canvas, "pointermove", (event) => this.move(event));
    for (const kind of ["pointerup", "pointercancel"]) on(this.canvas, kind, (event) => this.up(event));
    // A drag must not end as a click on a link, nor drag the link itself.
    on(this.canvas, "dragstart", (event) => event.preventDefault());
    const tools = document.querySelector("[data-zoom]");
    if (tools) {
      tools.hidden = false;
      on(tools.querySelector("[data-zoom-in]"), "click", () => this.zoom(1.25));
      on(tools.querySelector("[data-zoom-out]"), "click", () => this.zoom(0.8));
      on(tools.querySelector("[data-zoom-fit]"), "click", () => this.fit());
    }
  }

  down(event) {
    if (event.button !== 0) return;
    this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
    this.from = [event.clientX, event.clientY];
    this.dragged = false;
  }

  move(event) {
    const last = this.pointers.get(event.pointerId);
    if (!last) return;
    const far = Math.hypot(event.clientX - this.from[0], event.clientY - this.from[1]);
    if (!this.moving && far < 4) return;
    if (!this.moving) {
      this.moving = this.dragged = true;
      this.canvas.classList.add("is-dragging");
      this.canvas.setPointerCapture(event.pointerId);
    }
    if (this.pointers.size === 2) {
      const other = [...this.pointers].find(([id]) => id !== event.pointerId)[1];
      const box = this.canvas.getBoundingClientRect();
      const was = Math.hypot(last[0] - other[0], last[1] - other[1]);
      const is = Math.hypot(event.clientX - other[0], event.clientY - other[1]);
      if (was > 0) this.zoom(is / was, (event.clientX + other[0]) / 2 - box.left, (event.clientY + other[1]) / 2 - box.top);
    }
    this.pan((event.clientX - last[0]) / this.pointers.size, (event.clientY - last[1]) / this.pointers.size);
    this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
  }

  up(event) {
    this.pointers.delete(event.pointerId);
    if (this.pointers.size > 0) return;
    this.moving = false;
    this.canvas.classList.remove("is-dragging");
    // The click that follows a drag has been sent when this runs.
    setTimeout(() => { this.dragged = false; }, 0);
  }

  minimap() {
    const holder = document.getElementById("minimap");
    if (!holder) return;
    const { w, h } = this.whole;
    const make = (name, values) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(values)) element.setAttribute(key, value);
      return element;
    };
    const small = make("svg", { viewBox: `0 0 ${w} ${h}` });
    for (const group of this.svg.querySelectorAll("[data-node]")) {
      const { e, f } = group.transform.baseVal.consolidate().matrix;
      const { r, width: across, height: down } = group.querySelector(".node-box");
      const [width, height] = (r ? [r, r] : [across, down]).map((length) => length.baseVal.value * (r ? 2 : 1));
      small.append(make("rect", { class: "node", x: e - width / 2, y: f - height / 2, width, height, rx: 6 }));
    }
    this.window = make("rect", { class: "window", rx: 8 });
    small.append(this.window);
    holder.replaceChildren(small);
    holder.hidden = false;
    const jump = (event) => {
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(small.getScreenCTM().inverse());
      const { w: cw, h: ch } = this.size;
      this.set({ ...this.box, x: point.x - cw / this.box.scale / 2, y: point.y - ch / this.box.scale / 2 });
    };
    holder.addEventListener("pointerdown", (event) => { event.preventDefault(); jump(event); holder.setPointerCapture(event.pointerId); }, { signal: this.off.signal });
    holder.addEventListener("pointermove", (event) => { if (holder.hasPointerCapture(event.pointerId)) jump(event); }, { signal: this.off.signal });
  }
}
