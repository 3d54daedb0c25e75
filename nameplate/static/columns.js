// The columns of a list: dragged by mouse or finger, moved with Alt+Shift+arrows, made wider, hidden. The table changes at once; what came
// of it goes to the server, or into the address where that says which columns there are. Without scripts “Choose columns” does the same.

import { go, keep, list, say, sorted, thenBy } from "./list.js";

const STEP = 16;
const NARROWEST = 64;
const WIDEST = 640;
const HOLD = 300; // Milliseconds that a finger rests on a head before it drags; until then it scrolls.

const heads = () => [...document.getElementById("list-heads").cells];
const named = (name) => heads().find((head) => head.dataset.c === name);
const label = (head) => head.querySelector("span").textContent;
const cells = (name) => document.querySelectorAll(`.np-grid [data-c="${CSS.escape(name)}"]`);
const width = (head) => Number(/\bnp-w(\d+)/.exec(head.className)?.[1] ?? 0);

function arranged() {
  const own = heads().filter((head) => !("guest" in head.dataset));
  const columns = own.map((head) => head.dataset.c + (width(head) ? `:${width(head)}` : "")).join();
  const params = new URLSearchParams(location.search);
  if (params.has("columns")) {
    params.set("columns", columns);
    history.replaceState(history.state, "", `${location.pathname}?${params}`);
    list().elements.namedItem("columns").value = columns;
  } else keep({ columns });
  for (const link of document.querySelectorAll("a[data-columns]")) {
    const address = new URL(link.href);
    address.searchParams.set("columns", heads().map((head) => head.dataset.c).join());
    link.href = address;
  }
}

// The box by which a row is ticked stands in its first cell, whichever that is.
function tickFirst(row, tick) {
  if (tick) row.cells[0].prepend(tick);
}

// Put a column before another, or at the end, in every row.
function put(name, before) {
  for (const row of document.querySelector(".np-grid").rows) {
    const find = (wanted) => [...row.cells].find((cell) => cell.dataset.c === wanted);
    const cell = find(name);
    if (!cell) continue;
    const last = [...row.cells].filter((one) => one.dataset.c).at(-1);
    if (before) find(before).before(cell);
    else if (last !== cell) last.after(cell);
    tickFirst(row, row.querySelector(".np-tick"));
  }
  const head = named(name);
  delete head.dataset.guest;
  const place = heads().filter((one) => one.dataset.c).indexOf(head) + 1;
  say(`${label(head)}: column ${place} of ${heads().length}.`);
  arranged();
}

function move(head, by) {
  const order = heads().map((one) => one.dataset.c);
  const at = order.indexOf(head.dataset.c);
  if (at + by < 0 || at + by >= order.length) return say(`${label(head)} is the ${by < 0 ? "first" : "last"} column.`);
  const focused = document.activeElement;
  put(head.dataset.c, order[by < 0 ? at - 1 : at + 2]);
  focused.focus({ preventScroll: true });
  head.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function widen(head, pixels) {
  const fit = pixels && Math.min(Math.max(Math.round(pixels / STEP) * STEP, NARROWEST), WIDEST);
  if (fit === width(head)) return;
  for (const cell of cells(head.dataset.c)) {
    cell.className = cell.className.replace(/\s*\bnp-w\d+/, "");
    if (fit) cell.classList.add(`np-w${fit}`);
  }
}

function hide(head) {
  if (heads().length === 1) return say("The last column stays.");
  const name = head.dataset.c;
  const next = heads()[Math.max(heads().indexOf(head) - 1, 0)];
  say(`${label(head)} is hidden.`);
  for (const cell of [...cells(name)]) {
    const row = cell.parentElement;
    const tick = cell.querySelector(".np-tick");
    cell.remove();
    tickFirst(row, tick);
  }
  arranged();
  (next.querySelector("a, button") ?? next).focus();
  // What is filtered by stays in sight.
  const params = new URLSearchParams(location.search);
  if (params.has(name) || (params.get("sort") ?? "").split(",").some((part) => part.replace(/^-/, "") === name)) go(location.href);
}

// Dragging: a line shows where the column would go.
let drag = null;

function begin(head, x, touch) {
  drag = { head, touch, before: undefined, mark: document.createElement("i") };
  drag.mark.className = "np-drop-mark";
  drag.mark.setAttribute("aria-hidden", "true");
  document.querySelector(".np-list-card").append(drag.mark);
  head.classList.add("np-dragged");
  document.documentElement.classList.add("np-dragging");
  over(x);
}

function over(x) {
  const card = document.querySelector(".np-list-card").getBoundingClientRect();
  const scroll = document.querySelector(".np-list-scroll");
  if (x > card.right - 40) scroll.scrollLeft += 12;
  else if (x < card.left + 40) scroll.scrollLeft -= 12;
  const shown = heads().map((head) => [head, head.getBoundingClientRect()]);
  const next = shown.find(([, box]) => x < box.left + box.width / 2);
  drag.before = next ? next[0].dataset.c : null;
  const edge = next ? next[1].left : shown.at(-1)[1].right;
  drag.mark.style.left = `${Math.min(Math.max(edge - card.left, 0), card.width - 2)}px`;
}

function end(drop) {
  const { head, before, mark } = drag;
  drag = null;
  mark.remove();
  head.classList.remove("np-dragged");
  document.documentElement.classList.remove("np-dragging");
  const order = heads().map((one) => one.dataset.c);
  const at = order.indexOf(head.dataset.c);
  if (drop && before !== head.dataset.c && before !== (order[at + 1] ?? null)) put(head.dataset.c, before);
}

let pressed = null;

document.addEventListener("pointerdown", (event) => {
  const head = event.target.closest("#list-heads th");
  if (!head || event.button !== 0) return;
  const touch = event.pointerType === "touch";
  pressed = { head, touch, x: event.clientX, y: event.clientY, resizes: Boolean(event.target.closest(".np-edge")), from: head.offsetWidth };
  if (pressed.resizes) event.preventDefault();
  else if (touch) pressed.timer = setTimeout(() => pressed && begin(pressed.head, pressed.x, true), HOLD);
});

document.addEventListener("pointermove", (event) => {
  if (!pressed) return;
  const moved = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y);
  if (pressed.resizes) {
    pressed.moved ||= moved > 3;
    if (pressed.moved) widen(pressed.head, pressed.from + event.clientX - pressed.x);
  } else if (drag) over(event.clientX);
  else if (pressed.touch && moved > 8) release();
  else if (!pressed.touch && moved > 5) begin(pressed.head, event.clientX, false);
});

function release() {
  clearTimeout(pressed?.timer);
  pressed = null;
}

document.addEventListener("pointerup", () => {
  if (pressed?.resizes && pressed.moved) {
    say(`${label(pressed.head)} is ${width(pressed.head)} pixels wide.`);
    arranged();
  }
  if (drag || pressed?.moved) swallowClick();
  if (drag) end(true);
  release();
});

document.addEventListener("pointercancel", () => {
  if (drag) end(false);
  release();
});

// What was dragged is not also clicked.
function swallowClick() {
  const swallow = (event) => (event.preventDefault(), event.stopPropagation());
  addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", swallow, { capture: true }));
}

// A finger that drags a column does not scroll the page; the menu of a long press would end the drag.
document.addEventListener("touchmove", (event) => drag && event.preventDefault(), { passive: false });
document.addEventListener("contextmenu", (event) => drag && event.preventDefault());

document.addEventListener("dblclick", (event) => {
  const head = event.target.closest(".np-edge")?.closest("th");
  if (!head) return;
  widen(head, 0);
  arranged();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drag) return end(false);
  const head = event.target.closest?.("#list-heads th");
  if (!head || !event.altKey || !event.shiftKey) return;
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!by) return;
  event.preventDefault();
  move(head, by);
});

// One menu serves all heads: it is asked for by one of them.
let asked = null;

document.addEventListener("click", (event) => {
  const more = event.target.closest(".np-more");
  if (!more) return;
  asked = more.closest("th");
  const sortable = Boolean(asked.querySelector("a[data-sort]"));
  const order = document.getElementById("list-heads").dataset.order;
  for (const item of document.querySelectorAll("#list-menu [data-do]")) {
    const what = item.dataset.do;
    item.hidden = (["up", "down"].includes(what) && !sortable) || (what === "then" && (!sortable || !order || order.replace("-", "") === asked.dataset.c));
    item.disabled = (what === "left" && asked === heads()[0]) || (what === "right" && asked === heads().at(-1)) || (what === "natural" && !width(asked));
  }
  document.querySelector("#list-menu hr").hidden = !sortable;
}, { capture: true });

const DOES = {
  up: (head) => go(sorted(head.dataset.c), `a[data-sort="${head.dataset.c}"]`),
  down: (head) => go(sorted(`-${head.dataset.c}`), `a[data-sort="${head.dataset.c}"]`),
  then: (head) => go(thenBy(head.dataset.c), `a[data-sort="${head.dataset.c}"]`),
  left: (head) => move(head, -1),
  right: (head) => move(head, 1),
  wider: (head) => resize(head, 2 * STEP),
  narrower: (head) => resize(head, -2 * STEP),
  natural: (head) => resize(head, 0),
  hide,
  choose: () => document.querySelector("a[data-dialog=columns]").click(),
};

function resize(head, by) {
  widen(head, by && head.offsetWidth + by);
  say(width(head) ? `${label(head)} is ${width(head)} pixels wide.` : `${label(head)} is as wide as needed.`);
  arranged();
}

document.getElementById("list-menu").addEventListener("click", (event) => {
  const what = event.target.closest("[data-do]")?.dataset.do;
  if (!what || !asked?.isConnected) return;
  const head = asked;
  if (!["wider", "narrower"].includes(what)) document.getElementById("list-menu").hidePopover();
  head.querySelector(".np-more").focus({ preventScroll: true });
  DOES[what](head);
});
