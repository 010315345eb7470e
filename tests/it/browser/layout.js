// What is wrong with the layout of the page as it stands: a list of sentences, empty if nothing is.
// The page must not scroll sideways, and no letter may be cut off, leave the box that it belongs to, or lie on others.
(() => {
  const SLACK = 1.5; // px, for rounding
  const HIGH = 5; // px, letters are measured with their whole line
  const faults = new Set();
  const name = (element) => {
    const id = element.id ? `#${element.id}` : "";
    const classes = [...element.classList].map((one) => `.${one}`).join("");
    return `<${element.localName}${id}${classes}> "${element.textContent.trim().slice(0, 40)}"`;
  };
  const wide = document.documentElement.clientWidth;
  const scroller = document.scrollingElement;
  if (scroller.scrollWidth > wide || document.body.scrollWidth > wide) {
    const out = [...document.body.querySelectorAll("*")].filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > wide + 1);
    const last = out.filter((element) => !out.some((other) => other !== element && element.contains(other)));
    faults.add(`the page is ${scroller.scrollWidth} px wide in ${wide}: ${last.slice(0, 2).map(name).join(", ")}`);
  }

  const styles = new Map();
  const style = (element) => {
    if (!styles.has(element)) styles.set(element, getComputedStyle(element));
    return styles.get(element);
  };
  const rects = new Map();
  const rect = (element) => {
    if (!rects.has(element)) rects.set(element, element.getBoundingClientRect());
    return rects.get(element);
  };
  const scrolls = (value) => value === "auto" || value === "scroll";
  const painted = (css) => css.backgroundColor !== "rgba(0, 0, 0, 0)" || parseFloat(css.borderLeftWidth) > 0;

  // Follows a text from its element to the page; false if somebody can scroll to see it, or meant it to be cut.
  function inBoxes(text, element, say) {
    let fixed = false;
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const css = style(at);
      if (css.display === "inline" || css.display === "contents") continue;
      const box = rect(at);
      const sideways = text.left < box.left - SLACK || text.right > box.right + SLACK;
      const upright = text.top < box.top - HIGH || text.bottom > box.bottom + HIGH;
      if (scrolls(css.overflowX)) return false;
      if (css.overflowX === "hidden" || css.overflowX === "clip") {
        if (sideways && css.textOverflow === "ellipsis") return false;
        if ((sideways || upright) && !scrolls(css.overflowY)) { say("is cut off by", at); return false; }
      } else if (!fixed && !(at instanceof SVGElement) && painted(css) && (sideways || (upright && !scrolls(css.overflowY)))) {
        say("leaves", at);
        return false;
      }
      if (scrolls(css.overflowY)) return false;
      if (css.position === "absolute" || css.position === "fixed") fixed = true;
    }
    return !fixed;
  }

  const seen = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    // Maps are moved under the hand.
    if (!node.data.trim() || element.closest("script, style, noscript, option, title, desc, .visually-hidden, .skip, .map-canvas")) continue;
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    range.selectNodeContents(node);
    for (const text of range.getClientRects()) {
      if (text.width < 1) continue;
      const free = inBoxes(text, element, (what, box) => faults.add(`${name(element)} ${what} ${name(box)}`));
      if (!free) continue;
      if (text.left < -SLACK || text.right > wide + SLACK) faults.add(`${name(element)} leaves the page`);
      seen.push({ text, element, svg: element.closest("svg") });
    }
  }

  // Texts on texts. Bars that stick to an edge lie over what scrolls below them.
  const sticky = (element) => {
    for (let at = element; at; at = at.parentElement) if (style(at).position === "sticky") return true;
    return false;
  };
  seen.sort((a, b) => a.text.left - b.text.left);
  for (let i = 0; i < seen.length; i += 1) {
    const a = seen[i];
    for (let j = i + 1; j < seen.length && seen[j].text.left < a.text.right - 2; j += 1) {
      const b = seen[j];
      if (a.element === b.element || a.element.contains(b.element) || b.element.contains(a.element)) continue;
      const high = Math.min(a.text.bottom, b.text.bottom) - Math.max(a.text.top, b.text.top);
      const least = Math.min(a.text.height, b.text.height);
      if (high > least / 2 && !sticky(a.element) && !sticky(b.element)) faults.add(`${name(a.element)} lies on ${name(b.element)}`);
    }
  }
  return [...faults].slice(0, 8);
})()
