// Pages that are quicker as a dialog over the list: “Choose columns”, “Save this search”. The page stays the page: its form is fetched and
// sent as it is; without scripts one simply goes there.

import { say, show } from "./list.js";

const dialog = document.getElementById("list-dialog");

function open(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const form = page.querySelector("[data-dialog-body]");
  if (!form) return false;
  dialog.replaceChildren(document.adoptNode(form));
  dialog.setAttribute("aria-label", form.getAttribute("aria-label"));
  const narrow = dialog.querySelector("[data-narrow]");
  if (narrow) narrow.hidden = false;
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("[aria-invalid], [data-narrow], input:not([type=hidden])")?.focus();
  return true;
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-dialog]");
  if (!link || event.ctrlKey || event.metaKey || event.button !== 0) return;
  event.preventDefault();
  const address = new URL(link.href);
  const here = new URLSearchParams(location.search);
  // The address may have grown since the link was made: by dragging, by typing.
  if (link.dataset.dialog === "columns") {
    address.searchParams.set("back", here);
    address.searchParams.set("columns", here.get("columns") ?? "");
  }
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok || !open(await answer.text())) location.assign(link.href);
});

dialog.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("[data-close]")) {
    event.preventDefault();
    dialog.close();
  }
});

dialog.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const step = /^(up|down):(.*)$/.exec(event.submitter?.value ?? "");
  if (step) return move(event.submitter.closest("li"), step[1] === "up" ? -1 : 1, event.submitter);
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
  const text = answer && (await answer.text());
  if (!answer) return say("That could not be sent. Try again.");
  if (!answer.redirected) return void (open(text) || location.reload());
  const address = new URL(answer.url);
  dialog.close();
  if (!show(text, address.pathname + address.search)) return location.assign(answer.url);
  const told = new DOMParser().parseFromString(text, "text/html").querySelector(".np-messages");
  say(told?.textContent.trim() || "The columns were changed.");
  document.querySelector(".np-list-scroll").focus({ preventScroll: true });
});

// Finding a column by its name.
dialog.addEventListener("input", (event) => {
  if (!event.target.matches("[data-narrow]")) return;
  const text = event.target.value.trim().toLowerCase();
  let found = 0;
  for (const line of dialog.querySelectorAll(".np-choices li")) {
    line.hidden = !line.dataset.label.toLowerCase().includes(text);
    found += line.hidden ? 0 : 1;
  }
  dialog.querySelector(".np-chooser-none").hidden = found > 0;
});

dialog.addEventListener("keydown", (event) => {
  const line = event.target.closest(".np-choices li");
  if (event.key === "Enter" && event.target.matches("[data-narrow]")) return event.preventDefault();
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!line || !by || !event.altKey || !event.shiftKey) return;
  event.preventDefault();
  move(line, by, event.target);
});

function move(line, by, focused) {
  const lines = [...line.parentElement.children].filter((one) => !one.hidden || one === line);
  const other = lines[lines.indexOf(line) + by];
  if (other) other[by < 0 ? "before" : "after"](line);
  focused.focus();
  told(line);
}

function told(line) {
  say(`${line.dataset.label}: place ${[...line.parentElement.children].indexOf(line) + 1} of ${line.parentElement.children.length}.`);
}

// Dragging a line by its grip, with mouse or finger.
let dragged = null;
let at = 0;

dialog.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest(".np-grip");
  if (!grip || event.button !== 0) return;
  event.preventDefault();
  dragged = grip.closest("li");
  dragged.classList.add("np-dragged");
  at = event.clientY;
  requestAnimationFrame(roll);
});

document.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  at = event.clientY;
  put();
});

function put() {
  const others = [...dragged.parentElement.children].filter((one) => one !== dragged && !one.hidden);
  const next = others.find((one) => {
    const box = one.getBoundingClientRect();
    return at < box.top + box.height / 2;
  });
  if (next && next.previousElementSibling !== dragged) next.before(dragged);
  else if (!next && dragged.parentElement.lastElementChild !== dragged) dragged.parentElement.append(dragged);
}

// Held near an end, the lines go by under it.
function roll() {
  if (!dragged) return;
  const lines = dragged.parentElement;
  const box = lines.getBoundingClientRect();
  const by = at > box.bottom - 30 ? 8 : at < box.top + 30 ? -8 : 0;
  const before = lines.scrollTop;
  lines.scrollTop += by;
  if (lines.scrollTop !== before) put();
  requestAnimationFrame(roll);
}

for (const over of ["pointerup", "pointercancel"]) {
  document.addEventListener(over, () => {
    if (!dragged) return;
    dragged.classList.remove("np-dragged");
    told(dragged);
    dragged = null;
  });
}
