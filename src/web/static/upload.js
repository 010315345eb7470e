// The upload in the browser: a look at the file before anything is stored, progress byte by byte, then the import as it
// goes on. Without this file the form sends the file as it is, and the page of the import says how it went.

import { say } from "./shell.js";

// A look needs only the beginning of a text, also of one in gzip; zip archives and Parquet have their directory at the end.
const LOOK_BYTES = 4 << 20;
const TEXTS = /\.(csv|tsv|txt|xes|xml)(\.gz)?$/i;
const POLL_MS = 1000;
const STAGES = { queued: 1, waiting: 1, running: 1, reading: 1, building: 2, committing: 3, done: 4 };
const WORDS = { queued: "Waiting for its turn", waiting: "Waiting for its turn", running: "Working", reading: "Reading", building: "Putting events in order", committing: "Writing to disk" };

const form = document.getElementById("upload-form");
const number = new Intl.NumberFormat("en");
let file = null;
let looking = null;
const proposed = {};
// Roles that no column is to play, although one would fit.
const unwanted = new Set();
const OPTIONAL = ["start", "resource", "role", "system", "cost", "automated"];

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
    if (onBytes) request.upload.addEventListener("progress", (event) => onBytes(event.loaded, event.total));
    request.addEventListener("load", () => resolve(request));
    request.addEventListener("error", () => reject(new Error("the server cannot be reached")));
    request.addEventListener("abort", () => reject(new DOMException("cancelled", "AbortError")));
    request.send(body);
  });
  return { request, done };
}

// What a person said; all else is found out. A column that is given a role takes it from the one that had it.
function said() {
  const found = {};
  for (const field of form.querySelectorAll("[data-mapping]")) {
    if (field.value.trim()) found[field.dataset.mapping] = field.value.trim();
  }
  for (const select of form.querySelectorAll("select[data-column][data-given]")) {
    if (select.value !== "attribute") found[select.value] = select.dataset.column;
  }
  for (const role of unwanted) found[role] ??= "";
  return found;
}

// The answer to a refused request is a problem in JSON, or a page.
function problem(request) {
  try {
    const { title, detail, hint, duplicate } = JSON.parse(request.responseText);
    return { text: [detail ?? title, hint].filter(Boolean).join("; "), first: duplicate };
  } catch {
    return { text: `the server answered ${request.status}` };
  }
}

function complain(text) {
  const detected = document.getElementById("detected");
  const note = Object.assign(document.createElement("p"), { className: "note is-bad", textContent: text });
  note.setAttribute("role", "alert");
  detected.querySelector(":scope > .note.is-bad")?.remove();
  detected.prepend(note);
}

// Shows that something is under way, once it takes longer than a blink.
function waiting(detected) {
  const words = Object.assign(document.createElement("p"), { className: "muted small" });
  words.setAttribute("role", "status");
  const timer = setTimeout(() => {
    if (!detected.querySelector(".card")) detected.append(Object.assign(document.createElement("div"), { className: "skeleton" }));
    detected.prepend(words);
  }, 300);
  return {
    bytes(sent, total) { words.textContent = sent < total ? `Sending ${size(sent)} of ${size(total)} for a look` : "Looking at the file"; },
    end() {
      clearTimeout(timer);
      words.remove();
      detected.querySelector(":scope > .skeleton")?.remove();
      detected.removeAttribute("aria-busy");
    },
  };
}

// A look: the server detects what the columns are and sends the form for it; nothing is stored.
async function look(chosen, mayForget = false) {
  looking?.request.abort();
  const body = new FormData();
  if (Object.keys(chosen).length) body.append("mapping", JSON.stringify(chosen));
  body.append("file", TEXTS.test(file.name) ? file.slice(0, LOOK_BYTES) : file, file.name);
  const detected = document.getElementById("detected");
  detected.setAttribute("aria-busy", "true");
  const wait = waiting(detected);
  const mine = send("POST", form.dataset.inspect, body, wait.bytes);
  looking = mine;
  try {
    const request = await mine.done;
    const focused = document.activeElement?.id;
    // A file that cannot be read like this comes with the fields by which it may become readable.
    if (!request.getResponseHeader("Content-Type")?.startsWith("text/html")) {
      complain(`${file.name}: ${problem(request).text}`);
      return;
    }
    if (request.status >= 400 && mayForget && Object.keys(chosen).length) {
      document.getElementById("known-mapping")?.remove();
      wait.end();
      await look({});
      return;
    }
    detected.outerHTML = request.responseText;
    propose();
    mark();
    if (focused) document.getElementById(focused)?.focus();
  } catch (error) {
    if (error.name !== "AbortError") complain(`${file.name}: ${error.message}`);
  } finally {
    wait.end();
    if (looking === mine) looking = null;
  }
}

// A name for the flow, unless a person gave one.
function propose() {
  const { flow, title } = document.getElementById("detected").dataset;
  for (const [id, value] of [["flow", flow], ["title", title]]) {
    const field = document.getElementById(id);
    if (value && (!field.value || field.value === proposed[id])) field.value = proposed[id] = value;
  }
}

// What is done, what is being done, and what comes.
function mark() {
  const detected = document.getElementById("detected");
  const at = !file ? 0 : detected.querySelector("#quality-title") ? 3 : 1;
  document.querySelectorAll("#upload-steps li").forEach((item, place) => {
    item.classList.toggle("is-done", place < at);
    if (place === at) item.setAttribute("aria-current", "step"); else item.removeAttribute("aria-current");
  });
}

// How the last file of the flow was read; a file that it does not fit is looked at as if nothing were known.
function known() {
  try { return JSON.parse(form.dataset.known ?? "{}"); } catch { return {}; }
}

function take(files) {
  if (files.length === 0) return;
  file = files[0];
  unwanted.clear();
  const detected = document.getElementById("detected");
  detected.replaceChildren();
  delete detected.dataset.importMapping;
  if (file.size > Number(form.dataset.limit)) {
    complain(`${file.name} has ${size(file.size)}, more than the server takes`);
    file = null;
    return;
  }
  mark();
  look(known(), true);
}

// Progress

class Job {
  constructor(panel) {
    this.panel = panel;
    this.words = panel.querySelector("[data-job-words]");
    this.bar = panel.querySelector("[data-job-bar]");
    this.cancel = panel.querySelector("[data-job-cancel]");
    this.cancel.onclick = (event) => { event.preventDefault(); this.stop(); };
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

  fail(text, first) {
    this.say(text, 0);
    const pointer = this.panel.querySelector("[data-job-first]");
    pointer.hidden = !first;
    if (first) pointer.querySelector("a").href = first;
    this.words.classList.add("bad");
    this.cancel.hidden = true;
    document.getElementById("import-button")?.removeAttribute("disabled");
  }

  async stop() {
    this.upload?.abort();
    this.source?.close();
    clearTimeout(this.timer);
    if (this.address) {
      const answer = await fetch(this.address, { method: "DELETE" }).catch(() => null);
      // What is over cannot be cancelled: its page says how it ended.
      if (!answer?.ok) { this.poll(); return; }
      if (!form) { location.assign(this.report); return; }
    }
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
      location.assign(this.report);
    } else if (!form) {
      // The page of the import says itself how it ended; the form stays, so that nothing that was said is lost.
      location.assign(this.report);
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
  document.getElementById("import-button").setAttribute("disabled", "");
  // What was changed last counts, too.
  await looking?.done.catch(() => null);
  const flow = document.getElementById("flow").value.trim();
  const body = new FormData();
  // What the last look showed is what is imported; without one, what a person said.
  body.append("mapping", document.getElementById("detected").dataset.importMapping || JSON.stringify(said()));
  body.append("append", new FormData(form).get("append") ?? "false");
  const title = document.getElementById("title").value.trim();
  if (title) body.append("title", title);
  body.append("file", file, file.name);
  const job = new Job(document.getElementById("job"));
  job.address = null;
  job.show(file.name);
  job.panel.querySelector("[data-job-first]").hidden = true;
  job.step(0);
  job.words.classList.remove("bad");
  const { request, done } = send("POST", `/api/v1/flows/${encodeURIComponent(flow)}/imports`, body, (sent, total) => {
    job.say(`Uploading: ${size(sent)} of ${size(total)}`, (100 * sent) / total);
  });
  job.upload = request;
  try {
    await done;
    job.upload = null;
    if (request.status !== 202) {
      const { text, first } = problem(request);
      job.fail(text, first);
      return;
    }
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
  for (const hint of document.querySelectorAll("[data-paste-hint]")) hint.hidden = false;
  // A file, or the cells of a table, from the clipboard.
  document.addEventListener("paste", (event) => {
    if (event.target.closest?.("input, textarea")) return;
    const { files } = event.clipboardData;
    const text = event.clipboardData.getData("text/plain");
    if (files.length) take(files);
    else if (text.includes("\n")) take([new File([text], "pasted.csv", { type: "text/csv" })]);
    else return;
    event.preventDefault();
  });
  form.addEventListener("change", (event) => {
    const { target } = event;
    if (!file || !target.matches("[data-mapping], select[data-column]")) return;
    if (target.dataset.column) {
      target.dataset.given = "";
      const before = [...target.options].find((option) => option.defaultSelected)?.value;
      if (target.value === "attribute" && OPTIONAL.includes(before)) unwanted.add(before);
      unwanted.delete(target.value);
      // Two columns that change places stay what a log needs.
      for (const other of form.querySelectorAll("select[data-column]")) {
        if (other === target || other.value !== target.value) continue;
        other.value = before ?? "attribute";
        if (other.value === "attribute") delete other.dataset.given; else other.dataset.given = "";
      }
    }
    // Read in another way, the file has other columns.
    if (["delimiter", "encoding", "sheet"].includes(target.dataset.mapping)) {
      for (const select of form.querySelectorAll("select[data-column]")) delete select.dataset.given;
      unwanted.clear();
    }
    look(said());
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
