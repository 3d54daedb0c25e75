// The receipt screen while somebody types: verdicts as they go, dropped files, offers, and a scanner that need not aim.
// Without it the same form has a button that checks the numbers.

const form = document.querySelector(".np-receive");
const foot = document.getElementById("foot");
const files = new Map();
// By line, the fields of a dropped file that no answer has come to yet: typing on meanwhile must not lose it.
const unread = new Map();
let timer = 0;
let request = null;
let kept = Date.now();
let unkept = 0;
const KEEP_EVERY = 5000;
const MOST = 6500000;
const TOO_MUCH = "That is more than one receipt takes. Enter it in parts.";

function size() {
  return [...form.querySelectorAll(".np-box")].reduce((sum, box) => sum + box.value.length, 0);
}

// A long list is checked less eagerly: fifty thousand numbers are six megabytes on the way.
function soon() {
  clearTimeout(timer);
  timer = setTimeout(check, size() > 40000 ? 1200 : 280);
}

async function check(extra = {}) {
  clearTimeout(timer);
  request?.abort();
  if (size() > MOST) {
    busy(false);
    say(TOO_MUCH);
    return;
  }
  request = new AbortController();
  const body = new FormData(form);
  for (const name of [...body.keys()].filter((name) => name.startsWith("file-"))) body.delete(name);
  const sent = new Map(unread);
  for (const [name, value] of [extra, ...sent.values()].flatMap(Object.entries)) body.set(name, value);
  keepNowAndThen(body);
  busy(true);
  try {
    const answer = await fetch(form.dataset.preview, { method: "POST", body, signal: request.signal, headers: { Accept: "application/json" } });
    if (answer.headers.get("Content-Type")?.startsWith("application/json")) show(await answer.json(), sent);
    else if (answer.status === 413) say(TOO_MUCH, sent);
    else if (answer.status === 403 || answer.redirected) say("You are signed out. What you typed is still here: sign in again in another window, then go on.", sent);
    else say("The numbers could not be checked. What you typed is still here: keep it as a draft, then go on.", sent);
    forget(sent);
    busy(false);
  } catch (error) {
    if (error.name === "AbortError") return;
    busy(false);
    say("There is no connection just now. What you typed is still here.", sent);
    forget(sent);
  }
}

function forget(sent) {
  for (const [line, fields] of sent) if (unread.get(line) === fields) unread.delete(line);
}

// What is being typed is kept as a draft every few seconds, so that it outlives the session and the computer.
function keepNowAndThen(body) {
  clearTimeout(unkept);
  const rest = kept + KEEP_EVERY - Date.now();
  if (rest > 0) {
    unkept = setTimeout(check, rest);
    return;
  }
  kept = Date.now();
  body.set("keep_draft", "1");
}

form?.addEventListener("submit", () => {
  clearTimeout(timer);
  clearTimeout(unkept);
});

function busy(on) {
  for (const panel of form.querySelectorAll(".np-panel")) panel.toggleAttribute("aria-busy", on);
}

// `sent`: files that went along. They were not taken, and each says so until it is put away.
function say(text, sent = new Map()) {
  for (const line of sent.keys()) {
    const words = document.createElement("p");
    words.className = "np-error np-panel-note";
    words.textContent = `The file was not taken. ${text}`;
    const away = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet btn-small", textContent: "Dismiss" });
    away.dataset.dismiss = "";
    saidOf(line)?.replaceChildren(words, away);
  }
  const sum = foot.querySelector(".np-receive-sum");
  if (sum) sum.textContent = text;
  form.querySelector("[data-receive]")?.setAttribute("disabled", "");
}

// Where the panel of a line tells what its dropped file said.
function saidOf(line) {
  return document.querySelector(`#panel-${CSS.escape(line)} > [data-file-said]`);
}

// The panel as answered. What a file said stays where it is unless this answers a file, so that nobody has to read or press it in a hurry.
function redraw(panel, html, anew) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const fresh = holder.content.querySelector("[data-file-said]");
  fresh?.querySelector("[data-dismiss]")?.removeAttribute("hidden");
  const stays = fresh && !anew ? panel.querySelector(":scope > [data-file-said]") : null;
  if (!stays) {
    panel.replaceChildren(holder.content);
    return;
  }
  const nodes = [...holder.content.childNodes];
  const middle = nodes.indexOf(fresh);
  for (const node of [...panel.childNodes]) if (node !== stays) node.remove();
  stays.before(...nodes.slice(0, middle));
  stays.after(...nodes.slice(middle + 1));
}

function show(answer, sent) {
  if (answer.refused) {
    say(answer.refused, sent);
    return;
  }
  for (const [line, text] of Object.entries(answer.texts)) document.getElementById(`text-${line}`).value = text;
  for (const [line, day] of Object.entries(answer.days ?? {})) document.getElementById(`expires-${line}`).value = day;
  if (form.elements.proposed_for) form.elements.proposed_for.value = answer.received_on;
  for (const [line, html] of Object.entries(answer.panels)) {
    const panel = document.getElementById(`panel-${line}`);
    if (!panel) continue;
    const scroll = panel.querySelector(".np-verdicts")?.scrollTop ?? 0;
    redraw(panel, html, sent.has(line));
    const list = panel.querySelector(".np-verdicts");
    if (list) list.scrollTop = scroll;
  }
  foot.innerHTML = answer.foot;
  if (answer.elsewhere) form.querySelector("[data-elsewhere]")?.removeAttribute("hidden");
}

form?.addEventListener("input", (event) => {
  if (event.target.matches(".np-box, [name='place'], [name^='place-'], [name^='batch-'], [name^='quantity-'], [name^='keep-'], [name^='unreadable-'], [name^='expires-'], [name='received_on'], [name='rest']")) {
    // What the button says is no longer what it would do.
    const button = form.querySelector("[data-receive]");
    if (button && button.value !== "preview") button.setAttribute("disabled", "");
    // An emptied box has done with its file, unless the file's numbers still wait for their column.
    if (event.target.matches(".np-box") && !event.target.value) {
      const said = saidOf(event.target.id.replace("text-", ""));
      if (!said?.querySelector("[data-asks]")) said?.replaceChildren();
    }
    soon();
  }
});

// What no server takes is not sent: the answer would be a page without the box in it.
form?.addEventListener("submit", (event) => {
  if (size() <= MOST) return;
  event.preventDefault();
  say(TOO_MUCH);
});

// A browser needs minutes to insert fifty thousand lines as if they were typed, and no time to put them in place.
form?.addEventListener("paste", (event) => {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const box = event.target;
  if (!box.matches(".np-box") || text.length < 20000) return;
  event.preventDefault();
  box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
});

// Offers and columns are submit buttons for a page without scripts; here they only change the box.
form?.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest("[data-file-said]").replaceChildren();
  const button = event.target.closest("button[name]");
  if (!button) return;
  if (button.value.startsWith("offer:") || button.value === "preview") {
    event.preventDefault();
    check({ action: button.value });
  } else if (button.dataset.column) {
    event.preventDefault();
    const line = button.name.replace("column-", "");
    if (!files.has(line)) return;
    unread.set(line, { [`file-${line}`]: files.get(line), [button.name]: button.value });
    check();
  }
});

function takeFile(line, file) {
  files.set(line, file);
  unread.set(line, { [`file-${line}`]: file });
  check();
}

form?.addEventListener("change", (event) => {
  if (event.target.matches("input[type=file]") && event.target.files.length) {
    takeFile(event.target.name.replace("file-", ""), event.target.files[0]);
    event.target.value = "";
  }
});

for (const zone of form?.querySelectorAll("[data-drop]") ?? []) {
  const line = zone.closest("[data-line]").dataset.line;
  zone.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    zone.classList.add("np-over");
  });
  zone.addEventListener("dragleave", (event) => {
    if (!zone.contains(event.relatedTarget)) zone.classList.remove("np-over");
  });
  zone.addEventListener("drop", (event) => {
    zone.classList.remove("np-over");
    const file = event.dataTransfer.files[0];
    if (!file) return;
    event.preventDefault();
    takeFile(line, file);
  });
}

// A scanner types without looking where the cursor is: what it sends goes to the end of the box that was used last.
let last = form?.querySelector("details[open] .np-box") ?? form?.querySelector(":not(details) > .np-entry .np-box") ?? null;
form?.addEventListener("focusin", (event) => {
  if (event.target.matches(".np-box")) last = event.target;
});
document.addEventListener("keydown", (event) => {
  if (!last || event.key.length !== 1 || event.key === "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, button, a, summary, [popover]")) return;
  if (last.value && !last.value.endsWith("\n")) last.value += "\n";
  last.focus();
  last.setSelectionRange(last.value.length, last.value.length);
});

// The verdicts of a draft are on the page already; a browser that restored its own text has it checked once more.
if (form && [...form.querySelectorAll(".np-box")].some((box) => box.value !== box.defaultValue)) check();
