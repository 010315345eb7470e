// The statement under the hand: Ctrl+Enter asks, Tab indents while one writes, a click on a name puts it into the text, and what was asked
// in this browser can be asked again. Without this file the page is a form with a text in it.

import { say } from "./shell.js";

const KEPT = "throughline.sql";
const MOST = 20;
const INDENT = "  ";
const area = document.getElementById("sql");
const form = document.getElementById("sql-form");

document.querySelectorAll("[data-script]").forEach((element) => { element.hidden = false; });

// Typed text keeps what the browser can undo.
function insert(text) {
  area.focus();
  if (!document.execCommand("insertText", false, text)) area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
}

// Names: spaces around them where letters would run together.
function insertName(name) {
  const before = area.value.slice(0, area.selectionStart).at(-1);
  const after = area.value[area.selectionEnd];
  const apart = (sign) => sign === undefined || /[\s(.,]/.test(sign);
  insert((apart(before) ? "" : " ") + name + (after === undefined || /[\s).,]/.test(after) ? "" : " "));
}

for (const code of document.querySelectorAll(".schema li [data-insert]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = code.className;
  button.textContent = code.textContent;
  button.dataset.insert = code.dataset.insert;
  code.replaceWith(button);
}
document.addEventListener("click", (event) => {
  const name = event.target.closest(".schema button[data-insert]");
  if (name) insertName(name.dataset.insert);
});

// Nobody is caught in the text: Tab indents only while somebody writes, and after Esc it moves on as everywhere else.
let writing = false;
area.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.key === "Escape") {
    if (writing) say("Tab now leaves the text");
    writing = false;
  } else if (event.key === "Tab" && writing && !(event.shiftKey || event.ctrlKey || event.altKey || event.metaKey)) {
    event.preventDefault();
    insert(INDENT);
  }
});
area.addEventListener("input", () => { writing = true; });
area.addEventListener("pointerdown", () => { writing = true; });
area.addEventListener("blur", () => { writing = false; });

// The place of a fault is shown in the text itself.
if (area.dataset.line) {
  const lines = area.value.split("\n");
  const line = Math.min(Number(area.dataset.line), lines.length) - 1;
  const start = lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0) + Number(area.dataset.column) - 1;
  const word = /^[\w"]+|^./.exec(area.value.slice(start));
  area.focus();
  area.setSelectionRange(start, start + (word ? word[0].length : 0));
}

// Asked before

function known() {
  try { return JSON.parse(localStorage.getItem(KEPT) ?? "[]").filter((text) => typeof text === "string"); } catch { return []; }
}

function keep(list) {
  try { localStorage.setItem(KEPT, JSON.stringify(list)); } catch { /* A browser that keeps nothing still asks. */ }
}

function show(list) {
  const box = document.getElementById("history");
  box.hidden = list.length === 0;
  box.querySelector("ul").replaceChildren(...list.map((text) => {
    const link = document.createElement("a");
    link.href = "#sql";
    link.textContent = text.replace(/\s+/g, " ");
    link.title = text;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      area.select();
      insert(text);
    });
    const item = document.createElement("li");
    item.append(link);
    return item;
  }));
}

form.addEventListener("submit", () => {
  const text = area.value.trim();
  if (text) keep([text, ...known().filter((other) => other !== text)].slice(0, MOST));
});
document.querySelector("[data-forget]").addEventListener("click", () => { keep([]); show([]); area.focus(); });
show(known());
