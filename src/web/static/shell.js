// What every page has beyond its links and forms: shortcuts, menus that close, colours without a reload, copying the link.

const OFF = "throughline.shortcuts";
const SEQUENCE_MS = 1200;
const here = () => document.getElementById("main");

// Words for screen readers and for the eye, gone after a while.
export function say(text) {
  const toast = document.getElementById("toast");
  toast.textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { toast.textContent = ""; }, 2600);
}

export function typing(target) {
  return target.closest?.("input, textarea, select, [contenteditable]") !== null;
}

// Shortcuts may be switched off, because single keys get in the way of speech input.
export function shortcutsOn() {
  try { return localStorage.getItem(OFF) !== "off"; } catch { return true; }
}

function reveal() {
  for (const element of document.querySelectorAll("[data-open-palette], [data-open-help], [data-copy-link], [data-print], [data-map-search]")) {
    element.hidden = false;
  }
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

async function copyLink() {
  try {
    await navigator.clipboard.writeText(location.href);
    say("Link copied");
  } catch {
    say("The browser does not allow copying; the link is in the address bar");
  }
}

// The cookie is set by the server as without a script; only the reload is spared.
function themeForms() {
  for (const form of document.querySelectorAll("[data-theme-form]")) {
    form.addEventListener("submit", async (event) => {
      const theme = event.submitter?.value;
      if (!theme) return;
      event.preventDefault();
      const body = new URLSearchParams(new FormData(form));
      body.set("theme", theme);
      const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
      if (!answer || answer.status >= 400) { say("The colours could not be saved"); return; }
      document.documentElement.dataset.theme = theme;
      const other = form.querySelector(theme === "dark" ? ".for-dark" : ".for-light");
      other?.focus();
      document.dispatchEvent(new CustomEvent("throughline:theme"));
    });
  }
}

const KEYS = [
  ["Ctrl K", "search, or jump to a page, flow or activity"], ["/", "find on this page"], ["f", "filter cases"], ["[ ]", "the period before, the one after"], ["e", "export"],
  ["g then p o m v d c k x w s", "portfolio, overview, map, variants, conformance, cases, KPIs, compare, what goes with a target, SQL"],
  ["↑ ↓", "on the map: along the heaviest path; ← → to the others"], ["Enter", "on the map: open the inspector"],
  ["F", "on the map: keep the cases with this activity"], ["Shift Enter", "on the map: time from the chosen activity to this one"], ["n", "on the map: this activity and its neighbours only"], ["k", "on the map: play or pause the replay"], ["+ − 0", "on the map: zoom, fit"], ["Esc", "close, let go"], ["?", "this list"],
];

function help() {
  let dialog = document.getElementById("help");
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.id = "help";
    dialog.className = "help";
    dialog.setAttribute("aria-labelledby", "help-title");
    const title = Object.assign(document.createElement("h2"), { id: "help-title", textContent: "Keyboard" });
    const list = document.createElement("dl");
    for (const [key, what] of KEYS) {
      const term = document.createElement("dt");
      term.append(Object.assign(document.createElement("kbd"), { textContent: key }));
      list.append(term, Object.assign(document.createElement("dd"), { textContent: what }));
    }
    const label = document.createElement("label");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: shortcutsOn() });
    box.addEventListener("change", () => {
      try { localStorage.setItem(OFF, box.checked ? "on" : "off"); } catch { say("The browser does not keep this setting"); }
    });
    label.append(box, " Single-key shortcuts");
    const form = document.createElement("form");
    form.method = "dialog";
    form.append(Object.assign(document.createElement("button"), { textContent: "Close" }));
    dialog.append(title, list, label, form);
    document.body.append(dialog);
  }
  dialog.showModal();
}

let pending = -SEQUENCE_MS;

function onKey(event) {
  if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
    return;
  }
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !shortcutsOn()) return;
  if (document.querySelector("dialog[open]")) return;
  const now = performance.now();
  if (now - pending < SEQUENCE_MS) {
    pending = -SEQUENCE_MS;
    const link = document.querySelector(`a[data-go="${CSS.escape(event.key)}"]`);
    if (link) { event.preventDefault(); link.click(); }
    return;
  }
  if (event.key === "g") { pending = now; return; }
  if (event.key === "?") { event.preventDefault(); help(); return; }
  if (event.key === "/") {
    const search = [...document.querySelectorAll("[data-search]")].find((input) => input.offsetParent);
    if (search) { event.preventDefault(); search.focus(); search.select?.(); }
    return;
  }
  if (event.key === "[" || event.key === "]") {
    const link = document.querySelector(`a[data-step="${event.key}"]`);
    if (link) { event.preventDefault(); link.click(); }
    return;
  }
  if (event.key === "e") {
    const menu = document.querySelector("details.export");
    if (menu) { event.preventDefault(); menu.open = true; menu.querySelector("a, button")?.focus(); }
    return;
  }
  if (event.key === "f") {
    const menu = document.getElementById("add-filter");
    if (menu) { event.preventDefault(); menu.open = true; menu.querySelector("select, input:not([type=hidden])")?.focus(); }
  }
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details.menu"));
  if (event.target.closest("[data-copy-link]")) copyLink();
  if (event.target.closest("[data-print]")) print();
  if (event.target.closest("[data-open-help]")) help();
});
// Range inputs say their value while they are moved.
document.addEventListener("input", (event) => {
  const output = event.target.type === "range" && event.target.id && document.querySelector(`output[for="${CSS.escape(event.target.id)}"]`);
  if (output) output.textContent = `${event.target.value} %`;
});
// What is fetched into a part of the page: that part says that it waits, and, if nothing comes, why, and how to go on.
function busy(target, is) {
  if (!(target instanceof Element)) return;
  if (is) target.setAttribute("aria-busy", "true"); else target.removeAttribute("aria-busy");
}

function complain(event, text) {
  const { target, pathInfo, xhr } = event.detail;
  const id = xhr?.getResponseHeader?.("x-request-id");
  const note = Object.assign(document.createElement("p"), { className: "note is-bad fetch-note" });
  note.setAttribute("role", "alert");
  note.append(`${text}; what you see is as it was. `);
  const again = Object.assign(document.createElement("a"), { href: pathInfo?.requestPath ?? location.href, textContent: "Try again" });
  note.append(again, id ? ` (request ${id})` : "");
  document.querySelector(".fetch-note")?.remove();
  (target instanceof Element ? target : here()).before(note);
}

document.addEventListener("htmx:beforeRequest", (event) => { document.querySelector(".fetch-note")?.remove(); busy(event.detail.target, true); });
document.addEventListener("htmx:afterRequest", (event) => busy(event.detail.target, false));
document.addEventListener("htmx:responseError", (event) => complain(event, `The server answered ${event.detail.xhr.status}`));
document.addEventListener("htmx:sendError", (event) => complain(event, "The server cannot be reached"));
document.addEventListener("htmx:afterSwap", () => { reveal(); here()?.dispatchEvent(new CustomEvent("throughline:swapped", { bubbles: true })); });

// Menu buttons that jump at once: <select data-submit> sends its form.
document.addEventListener("change", (event) => { if (event.target.matches("[data-submit]")) event.target.form.requestSubmit(); });
for (const link of document.querySelectorAll(".sidenav a[aria-current]")) link.scrollIntoView({ block: "nearest", inline: "center" });

reveal();
themeForms();
