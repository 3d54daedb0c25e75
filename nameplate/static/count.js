// The scan page of a stock count. Each scan is answered at once from what the count expects, network or not, is kept in this browser until
// the server has it, and is sent with a key of its own, so that sending it twice counts it once. Without this script the form does the same.

import { keepPage } from "./count-kept.js";
import { Unsent } from "./count-unsent.js";

const form = document.querySelector(".np-count-form");
const box = document.getElementById("text");
const goods = document.getElementById("goods");
const quantity = document.getElementById("quantity");
const place = document.getElementById("place");
const answer = document.getElementById("answer");
const unsent = document.getElementById("unsent");
const log = document.getElementById("log");

const AT_ONCE = 200;
const AGAIN_AFTER = 3000;
const MOST_SHOWN = 30;
const TONES = { ok: "good", reserved: "good", counted: "good", gone: "bad", unknown: "bad" };
const LABELS = { ok: "OK", reserved: "OK, reserved", seen: "Seen already", elsewhere: "Should be elsewhere", counted: "Counted", later: "Kept" };

let expected = null;
const aside = new Unsent(form?.dataset.queue);
let queue = form ? aside.read() : [];
let turn = 0;
let sending = false;
let timer = 0;
let trouble = "";

const keyOf = (text) => text.trim().normalize("NFKC").toLowerCase();

// Waits to be sent, and is kept in this browser until it is.
function put(scan) {
  queue.push(scan);
  aside.keep(scan);
}

// What another page of this count put aside, which may be closed by now. Sent by both, its key makes it one scan.
function adopt() {
  const own = new Set(queue.map((scan) => scan.key));
  queue.push(...aside.read().filter((scan) => !own.has(scan.key)));
  tell();
}

function tell() {
  const waiting = queue.length > 0;
  const nowhere = aside.failed ? "This browser keeps nothing: do not close the page before all is sent." : "";
  unsent.classList.toggle("np-count-waiting", waiting);
  unsent.textContent = waiting ? `${queue.length} not sent. ${nowhere || trouble}`.trim() : "All sent.";
}

function said(verdict, label, sentence) {
  answer.className = `np-count-answer np-count-${TONES[verdict] ?? "warn"}`;
  const strong = document.createElement("strong");
  strong.textContent = label;
  answer.replaceChildren(strong, sentence);
}

function row(scan, verdict, label, sentence, unit, id, kept = {}) {
  log.querySelector("[data-empty]")?.remove();
  const old = [...log.children].find((one) => one.dataset.key === scan.key);
  const found = document.createElement("li");
  found.dataset.key = scan.key;
  const mark = document.createElement("span");
  mark.className = `np-count-verdict np-count-${verdict}`;
  mark.textContent = label;
  const number = document.createElement(unit ? "a" : "span");
  number.className = "np-sn";
  number.textContent = scan.text;
  if (unit) number.href = `/serials/${unit}`;
  const words = document.createElement("span");
  words.textContent = sentence;
  found.append(mark, " ", number, " ", words);
  if (verdict === "elsewhere" && unit) {
    const move = document.createElement("a");
    move.href = `/serials/${unit}/move`;
    move.textContent = "Move it";
    found.append(" ", move);
  }
  const told = scan.note || kept.note;
  if (told) found.append(` “${told}” `);
  if (kept.photo) {
    const photo = document.createElement("a");
    photo.href = `${form.getAttribute("action")}/${id}/photo`;
    photo.textContent = "Photo";
    found.append(" ", photo);
  }
  if (verdict === "unknown" || verdict === "later") found.append(describing(old, told, id));
  if (id) found.append(takingBack(scan, id));
  if (old) old.replaceWith(found);
  else log.prepend(found);
  while (log.children.length > MOST_SHOWN) log.lastElementChild.remove();
}

// What is said of something that nobody knows. What is being typed stays when the answer comes meanwhile.
function describing(old, note, id) {
  const own = old?.querySelector(".np-count-describe") ?? document.getElementById("describing").content.firstElementChild.cloneNode(true);
  const asked = own.querySelector("form");
  if (id) asked.dataset.scan = id;
  if (note && !asked.elements.note.value) asked.elements.note.value = note;
  return own;
}

// The words go the way of scans: the same scan once more, with its note. The photo is sent at once, so it needs a network.
async function describe(asked) {
  const item = asked.closest("li");
  const status = asked.querySelector("[role=status]");
  const say = (sentence) => {
    status.textContent = sentence;
    status.hidden = !sentence;
  };
  say("");
  const note = asked.elements.note.value.trim();
  const waiting = queue.find((one) => one.key === item.dataset.key);
  if (waiting && !sending) {
    waiting.note = note;
    aside.keep(waiting);
  } else if (note) put({ key: item.dataset.key, text: item.querySelector(".np-sn").textContent, place: place.value, quantity: null, at: new Date().toISOString(), note });
  tell();
  const [photo] = asked.elements.photo.files;
  if (photo && !(asked.dataset.scan && (await sendPhoto(asked, photo, say)))) {
    if (!status.textContent) say("The photo needs a network: keep it again once the scan is sent. Your words are kept.");
  } else if (!photo) asked.closest("details").open = false;
  send();
}

async function sendPhoto(asked, photo, say) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.set("photo", photo);
  try {
    const got = await fetch(`${form.getAttribute("action")}/${asked.dataset.scan}/description`, { method: "POST", body, headers: { Accept: "application/json" } });
    const json = got.headers.get("Content-Type")?.startsWith("application/json") ? await got.json() : null;
    if (!got.ok || !json?.answers) {
      say(json?.refused ?? "The server did not take the photo.");
      return false;
    }
    const [one] = json.answers;
    asked.elements.photo.value = "";
    asked.closest("details").open = false;
    row({ key: one.key, text: asked.closest("li").querySelector(".np-sn").textContent, note: asked.elements.note.value.trim() }, one.verdict, one.label, one.said, one.unit, one.id, one);
    return true;
  } catch {
    return false;
  }
}

function takingBack(scan, id) {
  const back = document.createElement("form");
  back.method = "post";
  back.action = `${form.getAttribute("action")}/${id}/cancellation`;
  for (const [name, value] of [["csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value], ["idempotency_key", `${scan.key}-back`]]) {
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name, value });
    back.append(hidden);
  }
  const button = document.createElement("button");
  button.className = "btn btn-quiet btn-sm";
  button.textContent = "Take back";
  button.setAttribute("aria-label", `Take back ${scan.text}`);
  back.append(button);
  return back;
}

// The answer without the server: right for everything that the count expects; the rest is kept and judged when it is sent.
function judge(scan) {
  if (scan.quantity !== null) return ["counted", `${scan.quantity} of ${scan.text}.`];
  if (!expected) return ["later", "It is judged when it is sent."];
  const key = keyOf(scan.text);
  const units = expected.units[key];
  const stray = expected.strays[key];
  if (!units) return stray ? ["seen", `It was scanned already by ${stray[0]}.`] : ["later", "It is not expected here; it is judged when it is sent."];
  // Units of several items may bear the number: of those expected here the first that nobody saw yet is meant, as the server has it.
  const near = units.filter(([, , , where]) => !scan.place || String(where) === scan.place);
  const unseen = (near.length ? near : units).filter(([id]) => !expected.seen[id]);
  const left = unseen.length ? unseen : near.length ? near : units;
  if (!near.length && left.length > 1) return ["later", "Several units bear this number, expected at other places; it is judged when it is sent."];
  const [id, number, item, where, reserved] = left[0];
  if (expected.seen[id]) return ["seen", `It was scanned already by ${expected.seen[id][0]}.`];
  expected.seen[id] = ["you", ""];
  if (!near.length) return ["elsewhere", `${item} ${number} should be at ${expected.places[where]}.`];
  return reserved ? ["reserved", `${item} ${number} is where it should be, and reserved for an order.`] : ["ok", `${item} ${number} is where it should be.`];
}

function take(text, amount) {
  const scan = { key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`, text, place: place.value, quantity: amount, at: new Date().toISOString(), turn: turn++ };
  const [verdict, sentence] = (scan.judged = judge(scan));
  said(verdict, LABELS[verdict], sentence);
  row(scan, verdict, LABELS[verdict], sentence);
  put(scan);
}

function record() {
  const lines = box.value.split("\n").map((line) => line.trim()).filter(Boolean);
  box.value = "";
  for (const line of lines) {
    // A lot's own label asks how much of it there is.
    if (expected && !expected.units[keyOf(line)] && expected.goods.some((one) => keyOf(one) === keyOf(line))) {
      goods.value = line;
      quantity.focus();
    } else take(line, null);
  }
  if (goods.value.trim() && quantity.value.trim()) {
    take(goods.value.trim(), quantity.value.trim());
    goods.value = quantity.value = "";
    box.focus();
  }
  tell();
  send();
}

async function send() {
  clearTimeout(timer);
  if (sending || !queue.length) return;
  sending = true;
  const batch = queue.slice(0, AT_ONCE);
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.set("scans", JSON.stringify(batch));
  trouble = "";
  try {
    const got = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const json = got.headers.get("Content-Type")?.startsWith("application/json") ? await got.json() : null;
    if (got.ok && json?.answers) {
      show(batch, json.answers);
      queue = queue.slice(batch.length);
      batch.forEach((scan) => aside.forget(scan));
    } else if (json?.refused) trouble = json.refused;
    else trouble = got.status === 403 || got.redirected ? "You are signed out: sign in again in another window. Your scans are kept." : "The server did not take them; they are kept.";
  } catch {
    trouble = "There is no connection just now; they are kept here.";
  }
  sending = false;
  tell();
  if (queue.length) timer = setTimeout(send, trouble ? AGAIN_AFTER : 0);
}

function show(batch, answers) {
  for (const [index, one] of answers.entries()) {
    const scan = batch[index];
    row(scan, one.verdict, one.label, one.said, one.unit, one.id, one);
    if (expected && one.unit) markSeen(keyOf(scan.text), one.unit);
  }
  // The large answer is of the last scan, unless somebody has scanned on meanwhile.
  if (queue.length === batch.length) said(answers.at(-1).verdict, answers.at(-1).label, answers.at(-1).said);
}

function markSeen(key, unit) {
  if (expected.units[key]?.some(([id]) => id === unit)) expected.seen[unit] ??= ["you", ""];
  else expected.strays[key] ??= ["you", ""];
}

async function load() {
  try {
    const got = await fetch(form.dataset.expected, { headers: { Accept: "application/json" } });
    if (!got.ok) return;
    expected = await got.json();
    queue.forEach(judge); // what waits here has seen its units
    document.getElementById("goods-list").replaceChildren(...expected.goods.map((one) => new Option(one, one)));
    form.dataset.ready = "yes";
  } catch {
    // Without it each scan is judged when it is sent.
  }
}

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    record();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    record();
  });
  log.addEventListener("submit", (event) => {
    if (!event.target.closest(".np-count-describe")) return;
    event.preventDefault();
    describe(event.target);
  });
  window.addEventListener("online", () => {
    adopt();
    send();
  });
  // A scanner types without looking where the cursor is.
  document.addEventListener("keydown", (event) => {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, button, a, summary, [popover]")) return;
    box.focus();
  });
  // As they were judged when they were made, also once the page is opened anew.
  for (const scan of queue) {
    const [verdict, sentence] = scan.judged ?? ["later", "It is kept here until it is sent."];
    row(scan, verdict, LABELS[verdict], sentence);
  }
  tell();
  load().then(async () => {
    if (await keepPage(form)) form.dataset.kept = "yes";
  });
  send();
}
