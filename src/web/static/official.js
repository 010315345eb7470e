// Text and picture in step: while somebody writes, faults, picture and steps follow. Without this file the buttons do the same.

const text = document.getElementById("official-text");
const form = document.getElementById("official-form");
const PAUSE = 500;
let waiting = 0;
let asked = null;

document.querySelectorAll("[data-no-script]").forEach((element) => { element.hidden = true; });

function filled() {
  return new URLSearchParams(new FormData(form));
}

function later() {
  clearTimeout(waiting);
  waiting = setTimeout(follow, PAUSE);
}

async function follow() {
  asked?.abort();
  asked = new AbortController();
  const old = document.getElementById("official-preview");
  old.classList.add("is-waiting");
  try {
    const body = filled();
    const answer = await fetch(text.dataset.preview, { method: "POST", body, signal: asked.signal });
    if (!answer.ok) return;
    const made = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("official-preview");
    if (!made) return;
    // Fields of steps may have been changed meanwhile: this answer would undo that, the next one knows of it.
    if (filled().toString() !== body.toString()) return later();
    const focus = old.contains(document.activeElement) ? document.activeElement.id : null;
    old.replaceWith(document.adoptNode(made));
    if (focus) document.getElementById(focus)?.focus();
    text.toggleAttribute("aria-invalid", made.querySelector(".faults") !== null);
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  } finally {
    document.getElementById("official-preview")?.classList.remove("is-waiting");
  }
}

text.addEventListener("input", later);
