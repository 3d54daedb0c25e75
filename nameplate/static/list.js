// A list without reloading: htmx brings the rows while somebody types and leaves the filters alone, so that focus survives; this brings the
// rest: links within the list, shift-click sorting, rows that open, filters on a phone. Without it everything works by the form and its links.

export const list = () => document.getElementById("list");

export function say(sentence) {
  (document.querySelector("dialog[open] [data-said]") ?? document.getElementById("list-said")).textContent = sentence;
}

// What the reader arranges is kept for the next time, one change after the other; whatever asks for rows waits until it is.
let keeping = null;
// The address of the rows that were asked for last, until a link brings the region anew.
let asked = "";

export function keep(values) {
  const form = document.getElementById("list-arranging");
  const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value, act: "keep", ...values });
  const sent = Promise.resolve(keeping)
    .then(() => fetch(form.action, { method: "POST", body, keepalive: true }))
    .then((answer) => answer.ok)
    .catch(() => false)
    .then((kept) => {
      if (!kept) say("This could not be kept for the next time.");
      if (keeping === sent) keeping = null;
    });
  keeping = sent;
}

// A link within the list brings the whole region anew, filters included.
export async function go(href, focus) {
  // Another day is another page: nothing can be done to the rows of a past one.
  const day = (address) => new URL(address, location).searchParams.get("as_of");
  if (day(href) !== day(location)) return void location.assign(href);
  list().setAttribute("aria-busy", "true");
  await keeping;
  const answer = await fetch(href, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || !show(await answer.text(), answer.headers.get("HX-Push-Url") ?? answer.headers.get("HX-Replace-Url") ?? href)) {
    location.assign(href);
    return;
  }
  const to = focus && document.querySelector(focus);
  (to ?? document.querySelector(".np-list-scroll")).focus({ preventScroll: true });
}

// Put the region of an answer in the place of the one that is there; false when there is none in it.
export function show(text, address) {
  const region = new DOMParser().parseFromString(text, "text/html").getElementById("list");
  if (!region) return false;
  asked = "";
  list().replaceWith(region);
  htmx.process(region);
  const now = location.pathname + location.search;
  if (address === now) history.replaceState({ htmx: true }, "", address);
  else history.pushState({ htmx: true }, "", address);
  return true;
}

// This search in another order, from its first page on. Which order one likes is kept.
export function sorted(sort) {
  const params = new URLSearchParams(location.search);
  if (!params.has("sort")) {
    // An address without an order means the one that is liked, which is another from here on: going back shall show what was left.
    const left = new URLSearchParams(params);
    left.set("sort", document.getElementById("list-heads").dataset.order);
    history.replaceState(history.state, "", `${location.pathname}?${left}`);
  }
  for (const gone of ["after", "before"]) params.delete(gone);
  params.set("sort", sort);
  keep({ sort });
  return `${location.pathname}?${params}`;
}

export function thenBy(name) {
  const parts = document.getElementById("list-heads").dataset.order.split(",").filter(Boolean);
  const at = parts.findIndex((part) => part.replace(/^-/, "") === name);
  if (at < 0) parts.push(name);
  else parts[at] = parts[at].startsWith("-") ? name : `-${name}`;
  // Three are the most: the oldest but the first gives way.
  if (parts.length > 3) parts.splice(1, 1);
  return sorted(parts.join(","));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-list]");
  if (!link || event.ctrlKey || event.metaKey || event.altKey || event.button !== 0 || !window.htmx) return;
  event.preventDefault();
  const name = link.dataset.sort;
  if (name) go(event.shiftKey ? thenBy(name) : sorted(new URL(link.href).searchParams.get("sort")), `a[data-sort="${name}"]`);
  else go(link.href, link.dataset.list ? `a[data-list="${link.dataset.list}"]` : null);
});

// A click anywhere on a row opens what the row is about; text may still be selected, and links stay links.
document.addEventListener("click", (event) => {
  const row = event.target.closest("#list-rows tr");
  if (!row || event.target.closest("a, button, input, label") || String(getSelection())) return;
  const link = row.querySelector("[data-own] a");
  if (!link) return;
  if (event.ctrlKey || event.metaKey) window.open(link.href);
  else location.assign(link.href);
});

// What a cell cuts off is told where one points at it.
document.addEventListener("pointerover", (event) => {
  const cell = event.target.closest?.("#list-rows td");
  if (!cell) return;
  if (cell.scrollWidth > cell.clientWidth) cell.title = cell.textContent.trim();
  else cell.removeAttribute("title");
});

// The button of a closed set says how many are ticked, before the rows are there.
document.addEventListener("change", (event) => {
  const picks = event.target.closest(".np-picks");
  if (!picks) return;
  const boxes = [...picks.querySelectorAll("input[type=checkbox]")];
  const ticked = boxes.filter((box) => box.checked).length;
  const button = document.querySelector(`[popovertarget="${picks.id}"]`);
  button.textContent = ticked ? `${ticked} of ${boxes.length}` : "any";
  button.classList.toggle("np-set", ticked > 0);
  button.setAttribute("aria-label", `${button.dataset.label}: ${button.textContent}`);
});

document.addEventListener("input", (event) => {
  if (event.target.matches("#list-filters input[id]")) event.target.classList.toggle("np-set", event.target.value.trim() !== "");
});

function showFilters(open) {
  list().classList.toggle("np-filters-open", open);
  for (const button of document.querySelectorAll("[data-filters]")) button.setAttribute("aria-expanded", String(open));
  if (open) list().querySelector("#list-filters input, #list-filters button")?.focus();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-filters]")) showFilters(!list().classList.contains("np-filters-open"));
  else if (event.target.closest("[data-filters-done]")) showFilters(false);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && list()?.classList.contains("np-filters-open") && !document.querySelector(":popover-open")) showFilters(false);
});

// A mistake in a column beyond the edge, or under the first one that stays, is brought into sight, unless somebody is typing.
const wrong = document.querySelector("#list-filters [aria-invalid]");
if (wrong && !document.activeElement?.matches("input")) {
  const cell = wrong.closest("td");
  const [at, frame] = [wrong, wrong.closest(".np-list-scroll")].map((one) => one.getBoundingClientRect());
  const first = cell.parentElement.cells[0];
  const free = first === cell ? frame.left : first.getBoundingClientRect().right;
  if (at.left < free || at.right > frame.right) wrong.scrollIntoView({ block: "nearest", inline: "center" });
}

// While rows are on their way the old ones stay, a little paler; a mistake in a filter marks its box.
// What was asked for by Enter is not asked for once more when the pause after typing is over: focus may have gone into the rows by then.
document.addEventListener("htmx:before:request", (event) => {
  const { sourceElement, sourceEvent, request } = event.detail.ctx;
  if (sourceElement === list()) {
    if (sourceEvent?.type === "input" && request.action === asked) return void event.preventDefault();
    asked = request.action;
  }
  list()?.setAttribute("aria-busy", "true");
  if (!keeping) return;
  event.preventDefault();
  keeping.then(() => list().requestSubmit());
});
document.addEventListener("htmx:finally:request", () => {
  list()?.removeAttribute("aria-busy");
  // Columns that were arranged in another window: the filters must stand over their own.
  const names = (row) => [...document.getElementById(row).cells].map((cell) => cell.dataset.c).filter(Boolean).join();
  if (list() && names("list-heads") !== names("list-filters")) return void go(location.href);
  for (const input of document.querySelectorAll("#list-filters [aria-describedby]")) {
    const wrong = document.getElementById(input.getAttribute("aria-describedby"))?.querySelector(".np-error");
    if (wrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
});
