// Ctrl K: a list of pages, flows and activities that narrows while one types. The list comes from the server once.

const MOST = 40;
const button = document.querySelector("[data-open-palette]");
let dialog, input, list, entries, at = 0;

function build() {
  dialog = document.createElement("dialog");
  dialog.className = "palette";
  dialog.setAttribute("aria-label", "Search or jump");
  const search = document.createElement("div");
  search.className = "search";
  input = Object.assign(document.createElement("input"), { type: "text", placeholder: "Page, flow or activity", autocomplete: "off", spellcheck: false });
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "true"], ["aria-controls", "palette-list"], ["aria-label", "Page, flow or activity"], ["aria-autocomplete", "list"]]) {
    input.setAttribute(name, value);
  }
  search.append(input);
  list = Object.assign(document.createElement("ul"), { id: "palette-list", role: "listbox" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Found");
  const foot = Object.assign(document.createElement("p"), { className: "foot", textContent: "↑ ↓ to choose, Enter to go, Esc to close" });
  dialog.append(search, list, foot);
  document.body.append(dialog);
  input.addEventListener("input", () => { at = 0; show(); });
  dialog.addEventListener("keydown", onKey);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
    const option = event.target.closest("[role=option]");
    if (option) go(option.dataset.href);
  });
  dialog.addEventListener("close", () => button?.focus());
}

function onKey(event) {
  const options = list.querySelectorAll("[role=option]");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    at = (at + (event.key === "ArrowDown" ? 1 : -1) + options.length) % Math.max(1, options.length);
    mark(options);
  } else if (event.key === "Enter" && options[at]) {
    event.preventDefault();
    go(options[at].dataset.href);
  }
}

function go(href) {
  dialog.close();
  location.assign(href);
}

// Words may stand in any order; hits at the beginning of a word come first.
function rank(entry, words) {
  const text = `${entry.title} ${entry.group}`.toLowerCase();
  let score = 0;
  for (const word of words) {
    const found = text.indexOf(word);
    if (found < 0) return -1;
    score += found === 0 ? 3 : text[found - 1] === " " ? 2 : 1;
  }
  return score;
}

function show() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = entries.map((entry) => [rank(entry, words), entry]).filter(([score]) => score >= 0);
  found.sort((a, b) => b[0] - a[0]);
  list.replaceChildren(...found.slice(0, MOST).map(([, entry], number) => {
    const option = document.createElement("li");
    option.id = `palette-${number}`;
    option.setAttribute("role", "option");
    option.dataset.href = entry.href;
    option.append(Object.assign(document.createElement("span"), { textContent: entry.title }));
    option.append(Object.assign(document.createElement("span"), { className: "end", textContent: entry.group }));
    return option;
  }));
  if (found.length === 0) {
    const none = Object.assign(document.createElement("li"), { textContent: "Nothing has these words", className: "foot" });
    none.setAttribute("role", "presentation");
    list.append(none);
  }
  mark(list.querySelectorAll("[role=option]"));
}

function mark(options) {
  options.forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
  input.setAttribute("aria-activedescendant", options[at]?.id ?? "");
  options[at]?.scrollIntoView({ block: "nearest" });
}

async function open() {
  if (!dialog) build();
  if (dialog.open) return;
  if (!entries) {
    const own = [...document.querySelectorAll(".topnav a, .sidenav a")].map((link) => ({ title: link.textContent.trim(), group: "Page", href: link.href }));
    entries = own;
    fetch(button.dataset.paletteUrl).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
      .then((found) => { entries = own.concat(found.entries); show(); })
      .catch(() => { entries = undefined; });
  }
  input.value = "";
  at = 0;
  show();
  dialog.showModal();
  input.focus();
}

if (button) {
  button.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
}
