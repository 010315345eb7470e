// Watches what Tab reaches, and tells at the end what was wrong: window.keyboard, made anew for each page. Of more
// controls than `long` those in the middle are passed over.
(long) => window.keyboard = (() => {
  const VISIBLE = { visibilityProperty: true };
  const name = (element) => `<${element.localName}${element.id ? `#${element.id}` : ""}> "${(element.getAttribute("aria-label") ?? element.textContent).trim().slice(0, 40)}"`;
  const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  function reachable(element) {
    if (!element.checkVisibility(VISIBLE) || element.disabled || element.tabIndex < 0) return false;
    if (element.localName === "summary" && element.parentElement.querySelector("summary") !== element) return false;
    // Of a group of choices only the chosen one is in the order.
    return element.type !== "radio" || element.checked || !document.querySelector(`input[type=radio][name="${CSS.escape(element.name)}"]:checked`);
  }
  const all = [...document.querySelectorAll(controls)].filter(reachable);
  const jump = all.length > long ? [all[long / 2], all[all.length - long / 2]] : null;
  const expected = jump ? [...all.slice(0, long / 2), ...all.slice(-long / 2)] : all;
  const visited = [];
  const faults = new Set();

  // What moves or fades in is looked at when it has arrived.
  const still = () => document.getAnimations().forEach((animation) => animation.finish());

  // Something around, at or inside the element shows that it has the focus.
  function ring(element) {
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const css = getComputedStyle(at);
      if (css.outlineStyle !== "none" && parseFloat(css.outlineWidth) >= 2) return true;
    }
    return [...element.querySelectorAll("rect, path, circle")].some((shape) => {
      const css = getComputedStyle(shape);
      return css.stroke !== "none" && parseFloat(css.strokeWidth) >= 1.5;
    });
  }

  const heard = (event) => {
    const element = event.target;
    const last = visited.at(-1);
    if (last && !(last.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) && !visited.includes(element)) {
      faults.add(`${name(element)} comes after ${name(last)}, which it stands before`);
    }
    if (visited.includes(element)) return;
    visited.push(element);
    if (jump && element === jump[0]) setTimeout(() => jump[1].focus());
    // Where Tab writes, Esc lets go.
    if (element.localName === "textarea") element.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    still();
    if (!ring(element)) faults.add(`${name(element)} does not show that it has the focus`);
    const box = element.getBoundingClientRect();
    if (box.width < 1 || box.bottom < 0 || box.top > innerHeight || box.right < 0 || box.left > innerWidth) faults.add(`${name(element)} has the focus out of sight`);
  };
  document.activeElement?.blur();
  document.addEventListener("focusin", heard);
  return {
    count: expected.length,
    left: () => expected.filter((element) => !visited.includes(element)).length,
    end() {
      document.removeEventListener("focusin", heard);
      const missing = expected.filter((element) => !visited.includes(element) && reachable(element));
      return [...missing.map((element) => `Tab never reaches ${name(element)}`), ...faults].slice(0, 8);
    },
  };
})()
