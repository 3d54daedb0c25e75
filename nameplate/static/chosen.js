// Ticked rows of a list: one by one, a range with shift, the page, or all that match. They outlive paging, sorting and a reload, in this window.
// What is done to them gets them by a form; all that match by the search itself, less those that were taken out again.

const bar = document.getElementById("chosen");
const key = `chosen:${location.pathname}`;
let last = null;
let shifted = false;

// `all` is the search whose rows are chosen, and then `ids` are those that are not; else `ids` are those that are.
let chosen = { all: null, count: 0, capped: false, ids: new Set() };

function load() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key));
    if (kept) chosen = { ...kept, ids: new Set(kept.ids) };
  } catch {
    sessionStorage.removeItem(key);
  }
}

function save() {
  if (size()) sessionStorage.setItem(key, JSON.stringify({ ...chosen, ids: [...chosen.ids] }));
  else sessionStorage.removeItem(key);
}

const boxes = () => [...document.querySelectorAll("#list-rows [data-row]")];
const has = (box) => chosen.ids.has(box.dataset.row) !== (chosen.all !== null);
const size = () => (chosen.all === null ? chosen.ids.size : chosen.count - chosen.ids.size);

function put(box, wanted) {
  if (wanted !== (chosen.all !== null)) chosen.ids.add(box.dataset.row);
  else chosen.ids.delete(box.dataset.row);
}

function nothing() {
  chosen = { all: null, count: 0, capped: false, ids: new Set() };
}

// The search as an act understands it: without the place in the list, and to compare, without the order.
function search(...without) {
  const params = new URLSearchParams(location.search);
  for (const name of ["after", "before", "size", ...without]) params.delete(name);
  return params;
}

const compared = () => [...search("sort")].map((pair) => pair.join("=")).sort().join("&");
const words = (count) => `${count.toLocaleString("en-GB")} ${count === 1 ? bar.dataset.one : bar.dataset.many}`;

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function show() {
  // All that matched another search is not what is seen now.
  if (chosen.all !== null && chosen.all !== compared()) nothing();
  const here = boxes();
  const ticked = here.filter(has);
  for (const box of here) box.checked = has(box);
  const page = document.querySelector("[data-page]");
  if (page) {
    page.checked = here.length > 0 && ticked.length === here.length;
    page.indeterminate = ticked.length > 0 && !page.checked;
    page.disabled = !here.length;
  }
  const count = size();
  const open = count > 0 || (chosen.all !== null && chosen.capped);
  const list = document.getElementById("list-count");
  const matching = Number(list?.dataset.count ?? 0);
  const more = list && "capped" in list.dataset;
  document.body.classList.toggle("np-choosing", open);
  bar.hidden = !open;
  const whole = chosen.all !== null && !chosen.ids.size;
  const amount = chosen.capped && chosen.all !== null ? `${count.toLocaleString("en-GB")}+ ${bar.dataset.many}` : words(count);
  say(bar.querySelector("[data-said]"), `${whole ? "All " : ""}${amount} chosen`);
  bar.querySelector("[data-only]").hidden = whole;
  const elsewhere = chosen.all === null ? count - ticked.length : 0;
  say(bar.querySelector("[data-elsewhere]"), elsewhere > 0 && ticked.length !== count ? `${elsewhere.toLocaleString("en-GB")} not on this page` : "");
  const all = bar.querySelector("[data-all]");
  all.hidden = chosen.all !== null || matching < 2 || (matching <= here.length && ticked.length === here.length);
  say(all, `Choose all ${matching.toLocaleString("en-GB")}${more ? "+" : ""} that match`);
}

function changed() {
  save();
  show();
}

function tick(box, range) {
  const here = boxes();
  const [from, to] = [here.findIndex((one) => one.dataset.row === last), here.indexOf(box)];
  const stretch = range && from >= 0 ? here.slice(Math.min(from, to), Math.max(from, to) + 1) : [box];
  for (const one of stretch) put(one, box.checked);
  last = box.dataset.row;
  changed();
}

document.addEventListener("click", (event) => {
  if (event.target.matches("[data-row]")) tick(event.target, shifted);
  else if (event.target.matches("[data-page]")) {
    for (const box of boxes()) put(box, event.target.checked);
    changed();
  }
});

// Whether shift is held is told by what leads to the click: a label hands its click on without saying so.
for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, (event) => (shifted = event.shiftKey), true);

// A shifted click in a table marks text, and a tick is no filter: the list is not asked anew for it.
document.addEventListener("mousedown", (event) => event.shiftKey && event.target.closest(".np-tick") && event.preventDefault());
for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => event.target.matches("[data-row], [data-page]") && event.stopPropagation(), true);
}

bar.addEventListener("click", (event) => {
  if (event.target.closest("[data-none]")) {
    nothing();
    changed();
    document.querySelector(".np-list-scroll")?.focus({ preventScroll: true });
  } else if (event.target.closest("[data-all]")) {
    const list = document.getElementById("list-count");
    chosen = { all: compared(), count: Number(list.dataset.count), capped: "capped" in list.dataset, ids: new Set() };
    changed();
    bar.querySelector("[data-none]").focus();
  }
});

bar.addEventListener("submit", () => {
  bar.elements.ids.value = [...chosen.ids].join(",");
  bar.elements.all.disabled = chosen.all === null;
  bar.elements.search.value = chosen.all === null ? "" : String(search());
});

load();
show();
new MutationObserver((records) => {
  if (records.some((record) => !bar.contains(record.target))) show();
}).observe(document.getElementById("content"), { childList: true, subtree: true });
