// The upload in the browser: a look at the file before anything is stored, progress byte by byte, then the import as it
// goes on. Without this file the form sends the file as it is, and the page of the import says how it went.

import { say } from "./shell.js";

// A look needs only the beginning of a text; packed files and Parquet are sent whole.
const LOOK_BYTES = 4 << 20;
const TEXTS = /\.(csv|tsv|txt|xes|xml|jsonl|ndjson)$/i;
const POLL_MS = 1000;
const STAGES = { queued: 1, waiting: 1, running: 1, reading: 1, building: 2, committing: 3, done: 4 };
const WORDS = { queued: "Waiting for its turn", waiting: "Waiting for its turn", running: "Working", reading: "Reading", building: "Putting events in order", committing: "Writing to disk" };

const form = document.getElementById("upload-form");
const number = new Intl.NumberFormat("en");
let file = null;
let looking = null;

function size(bytes) {
  const units = ["B", "KB", "MB", "GB"];
  let at = 0;
  let value = bytes;
  while (value >= 1000 && at < units.length - 1) { value /= 1000; at += 1; }
  return `${value >= 100 || at === 0 ? Math.round(value) : value.toFixed(1)} ${units[at]}`;
}

// fetch() cannot say how much has been sent, XMLHttpRequest can.
function send(method, address, body, onBytes) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.open(method, address);
    request.setRequestHeader("HX-Request", "true");
    if (onBytes) request.upload.addEventListener("progress", (event) => onBytes(event.loaded, event.total));
    request.addEventListener("load", () => resolve(request));
    request.addEventListener("error", () => reject(new Error("the server cannot be reached")));
    request.addEventListener("abort", () => reject(new DOMException("cancelled", "AbortError")));
    request.send(body);
  });
  return { request, done };
}

function mapping() {
  const found = {};
  for (const field of form.querySelectorAll("[data-mapping]")) {
    if (field.value.trim()) found[field.dataset.mapping] = field.value.trim();
  }
  for (const select of form.querySelectorAll("select[data-column]")) {
    if (select.value !== "attribute") found[select.value] = select.dataset.column;
  }
  return found;
}

// The answer to a refused request is a problem in JSON, or a page.
function reason(request) {
  try {
    const problem = JSON.parse(request.responseText);
    return [problem.detail ?? problem.title, problem.hint].filter(Boolean).join("; ");
  } catch {
    return `the server answered ${request.status}`;
  }
}

function complain(text) {
  const detected = document.getElementById("detected");
  const note = Object.assign(document.createElement("p"), { className: "note is-bad", textContent: text });
  note.setAttribute("role", "alert");
  detected.querySelector(":scope > .note.is-bad")?.remove();
  detected.prepend(note);
}

// A look: the server detects what the columns are and sends the form for it; nothing is stored.
async function look(chosen) {
  looking?.request.abort();
  const body = new FormData();
  if (Object.keys(chosen).length) body.append("mapping", JSON.stringify(chosen));
  const part = TEXTS.test(file.name) ? file.slice(0, LOOK_BYTES) : file;
  body.append("file", part, file.name);
  const focused = document.activeElement?.id;
  const detected = document.getElementById("detected");
  detected.setAttribute("aria-busy", "true");
  const slow = setTimeout(() => {
    if (!detected.querySelector(".card")) detected.replaceChildren(Object.assign(document.createElement("div"), { className: "skeleton" }));
  }, 300);
  const mine = (looking = send("POST", form.dataset.inspect, body));
  try {
    const request = await mine.done;
    if (request.status !== 200) { complain(`${file.name}: ${reason(request)}`); return; }
    htmx.swap(detected, request.responseText, { swapStyle: "outerHTML" });
    const flow = document.getElementById("flow");
    const proposed = document.getElementById("detected").dataset.flow;
    if (!flow.value && proposed) flow.value = proposed;
    if (focused) document.getElementById(focused)?.focus();
  } catch (error) {
    if (error.name !== "AbortError") complain(`${file.name}: ${error.message}`);
  } finally {
    clearTimeout(slow);
    document.getElementById("detected").removeAttribute("aria-busy");
  }
}

function take(files) {
  if (files.length === 0) return;
  file = files[0];
  if (file.size > Number(form.dataset.limit)) { complain(`${file.name} has ${size(file.size)}, more than the server takes`); return; }
  document.getElementById("flow").value = "";
  look({});
}

// Progress

class Job {
  constructor(panel) {
    this.panel = panel;
    this.words = panel.querySelector("[data-job-words]");
    this.bar = panel.querySelector("[data-job-bar]");
    this.cancel = panel.querySelector("[data-job-cancel]");
    this.cancel.addEventListener("click", () => this.stop());
  }

  show(name) {
    this.panel.hidden = false;
    this.cancel.hidden = false;
    if (name) document.getElementById("job-title").textContent = name;
    this.panel.scrollIntoView({ block: "nearest" });
  }

  step(at) {
    this.panel.querySelectorAll("[data-job-steps] li").forEach((item, place) => {
      item.classList.toggle("is-done", place < at);
      if (place === at) item.setAttribute("aria-current", "step"); else item.removeAttribute("aria-current");
    });
  }

  say(text, percent) {
    if (this.words.textContent !== text) this.words.textContent = text;
    if (percent === null) this.bar.removeAttribute("value"); else if (percent !== undefined) this.bar.value = percent;
  }

  fail(text) {
    this.say(text, 0);
    this.words.classList.add("bad");
    this.cancel.hidden = true;
    document.getElementById("import-button")?.removeAttribute("disabled");
  }

  async stop() {
    this.upload?.abort();
    this.source?.close();
    clearTimeout(this.timer);
    if (this.address) await fetch(this.address, { method: "DELETE" }).catch(() => null);
    this.fail("Cancelled; nothing was stored");
  }

  // Events of the server, and questions once a second where events do not come through.
  follow(address, report) {
    this.address = address;
    this.report = report;
    if (!("EventSource" in window)) { this.poll(); return; }
    this.source = new EventSource(`${address}/events`);
    this.source.addEventListener("progress", (event) => this.progress(JSON.parse(event.data)));
    for (const state of ["done", "failed", "cancelled"]) {
      this.source.addEventListener(state, (event) => this.over(JSON.parse(event.data)));
    }
    this.source.addEventListener("error", () => { this.source.close(); this.poll(); });
  }

  async poll() {
    const answer = await fetch(this.address, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) {
      const record = await answer.json();
      if (["done", "failed", "cancelled"].includes(record.state)) { this.over(record); return; }
      this.progress(record.progress ?? { stage: record.state });
    } else if (answer && answer.status < 500) {
      this.fail(`The import is gone: the server answered ${answer.status}`);
      return;
    }
    this.timer = setTimeout(() => this.poll(), POLL_MS);
  }

  progress({ stage, bytes, bytes_total: total, rows, events_built: built }) {
    this.step(STAGES[stage] ?? 1);
    const detail = stage === "reading" && rows ? `: ${number.format(rows)} rows, ${size(bytes)} of ${size(total)}` : stage === "building" && rows ? `: ${number.format(built)} of ${number.format(rows)} events` : "";
    const share = stage === "reading" && total ? (60 * bytes) / total : stage === "building" && rows ? 60 + (35 * built) / rows : stage === "committing" ? 97 : null;
    this.say(`${WORDS[stage] ?? stage}${detail}`, share);
  }

  over(record) {
    this.source?.close();
    clearTimeout(this.timer);
    this.cancel.hidden = true;
    if (record.state === "done") {
      this.step(STAGES.done);
      this.say(`${number.format(record.rows_accepted)} rows are in the log`, 100);
      location.assign(this.report ?? `/flows/${record.flow}/imports/${record.id}`);
    } else if (record.state === "failed") {
      this.fail(record.error ?? "The import failed; nothing was stored");
    } else {
      this.fail("Cancelled; nothing was stored");
    }
  }
}

async function start(event) {
  file ??= document.getElementById("file").files[0];
  if (!file) return;
  event.preventDefault();
  const flow = document.getElementById("flow").value.trim();
  const body = new FormData();
  body.append("mapping", JSON.stringify(mapping()));
  body.append("append", new FormData(form).get("append") ?? "false");
  const title = document.getElementById("title").value.trim();
  if (title) body.append("title", title);
  body.append("file", file, file.name);
  const job = new Job(document.getElementById("job"));
  job.show(file.name);
  job.step(0);
  job.words.classList.remove("bad");
  document.getElementById("import-button").setAttribute("disabled", "");
  const { request, done } = send("POST", `/api/v1/flows/${encodeURIComponent(flow)}/imports`, body, (sent, total) => {
    job.say(`Uploading: ${size(sent)} of ${size(total)}`, (100 * sent) / total);
  });
  job.upload = request;
  try {
    await done;
    job.upload = null;
    if (request.status !== 202) { job.fail(reason(request)); return; }
    const [first] = JSON.parse(request.responseText).imports;
    job.follow(request.getResponseHeader("Location"), `/flows/${first.flow}/imports/${first.id}`);
  } catch (error) {
    if (error.name !== "AbortError") job.fail(`The upload broke off: ${error.message}; nothing was stored`);
  }
}

if (form) {
  const drop = document.getElementById("drop");
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("is-over"); });
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length === 0) { say("That is no file"); return; }
    document.getElementById("file").files = event.dataTransfer.files;
    take(event.dataTransfer.files);
  });
  document.getElementById("file").addEventListener("change", (event) => take(event.target.files));
  form.addEventListener("change", (event) => {
    const { target } = event;
    if (!file || !target.matches("[data-mapping], select[data-column]")) return;
    // A role is played by one column at most.
    if (target.dataset.column && target.value !== "attribute") {
      for (const other of form.querySelectorAll("select[data-column]")) {
        if (other !== target && other.value === target.value) other.value = "attribute";
      }
    }
    look(mapping());
  });
  form.addEventListener("submit", start);
}
// The page of an import that still runs.
const running = document.querySelector("#job[data-import]");
if (running && running.dataset.state !== "done") {
  const job = new Job(running);
  job.show();
  job.follow(running.dataset.import, running.dataset.report);
}
