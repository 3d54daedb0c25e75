// A list without reloading: htmx brings the rows while somebody types and leaves the filters alone, so that focus survives; this brings the
// rest: links within the list, shift-click sorting, rows that open, filters on a phone. Without it everything works by the form and its links.

const list = () => document.getElementById("list");

// A link within the list brings the whole region anew, filters included.
async function go(href, focus) {
  list().setAttribute("aria-busy", "true");
  const answer = await fetch(href, { headers: { "HX-Request": "true" } }).catch(() => null);
  const page = answer && new DOMParser().parseFromString(await answer.text(), "text/html");
  const region = page?.getElementById("list");
  if (!answer?.ok || !region) {
    location.assign(href);
    return;
  }
  list().replaceWith(region);
  htmx.process(region);
  history.pushState({ htmx: true }, "", answer.headers.get("HX-Push-Url") ?? href);
  const to = focus && document.querySelector(focus);
  (to ?? document.querySelector(".np-list-scroll")).focus({ preventScroll: true });
}

function addSort(name) {
  const sort = new URLSearchParams(location.search).get("sort") ?? "";
  const parts = sort.split(",").filter(Boolean);
  const at = parts.findIndex((part) => part.replace(/^-/, "") === name);
  if (at < 0) parts.push(name);
  else parts[at] = parts[at].startsWith("-") ? name : `-${name}`;
  const params = new URLSearchParams(location.search);
  for (const gone of ["after", "before"]) params.delete(gone);
  params.set("sort", parts.join(","));
  return `${location.pathname}?${params}`;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-list]");
  if (!link || event.ctrlKey || event.metaKey || event.altKey || event.button !== 0 || !window.htmx) return;
  event.preventDefault();
  const name = link.dataset.sort;
  if (name) go(event.shiftKey ? addSort(name) : link.href, `a[data-sort="${name}"]`);
  else go(link.href, link.dataset.list ? `a[data-list="${link.dataset.list}"]` : null);
});

// A click anywhere on a row opens what its first link names; text may still be selected, and links stay links.
document.addEventListener("click", (event) => {
  const row = event.target.closest("#list-rows tr");
  if (!row || event.target.closest("a, button, input, label") || String(getSelection())) return;
  const link = row.querySelector("a");
  if (!link) return;
  if (event.ctrlKey || event.metaKey) window.open(link.href);
  else location.assign(link.href);
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

// A mistake in a column beyond the edge is brought into sight, unless somebody is typing.
if (!document.activeElement?.matches("input")) {
  document.querySelector("#list-filters [aria-invalid]")?.scrollIntoView({ block: "nearest", inline: "center" });
}

// While rows are on their way the old ones stay, a little paler; a mistake in a filter marks its box.
document.addEventListener("htmx:before:request", () => list()?.setAttribute("aria-busy", "true"));
document.addEventListener("htmx:finally:request", () => {
  list()?.removeAttribute("aria-busy");
  for (const input of document.querySelectorAll("#list-filters [aria-describedby]")) {
    const wrong = document.getElementById(input.getAttribute("aria-describedby"))?.textContent.trim();
    if (wrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  for (const link of document.querySelectorAll("[data-export]")) {
    const params = new URLSearchParams(location.search);
    for (const name of ["after", "before", "size"]) params.delete(name);
    if (link.dataset.listName) params.set("list", link.dataset.listName);
    link.href = `${link.dataset.export}${params.size ? `?${params}` : ""}`;
  }
});
