// Filters that are quicker to choose than to type: proposals of items, lots, orders and parties; days and numbers as from – to.
// Both only write into the filter what one could have typed, so that without them everything can still be asked for.

import { list } from "./list.js";

function write(input, text) {
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

// Proposals under the filter. The last of several terms is what is looked for.
const LAST = /^(.*,\s*)?(.*)$/s;
let box = null;
let asking = 0;

function close() {
  box?.list.remove();
  for (const name of ["aria-expanded", "aria-activedescendant"]) box?.input.removeAttribute(name);
  box = null;
}

async function propose(input) {
  const mine = ++asking;
  const text = LAST.exec(input.value)[2].replace(/^[=!]+/, "").replaceAll(/["*]/g, "").trim();
  const params = new URLSearchParams({ column: input.name, text });
  const answer = await fetch(`/lists${location.pathname}/lookup?${params}`).catch(() => null);
  const found = answer?.ok ? (await answer.json()).proposals : [];
  if (mine !== asking || document.activeElement !== input) return;
  close();
  if (!found.length || (found.length === 1 && LAST.exec(input.value)[2] === found[0].term)) return;
  const options = document.createElement("ul");
  options.id = "list-proposals";
  options.className = "np-proposals";
  options.role = "listbox";
  options.popover = "manual";
  options.ariaLabel = `Proposals for ${input.getAttribute("aria-label").replace("Filter ", "")}`;
  for (const [number, { term, name, detail }] of found.entries()) {
    const option = document.createElement("li");
    option.role = "option";
    option.id = `list-proposal-${number}`;
    option.dataset.term = term;
    const explained = document.createElement("small");
    explained.textContent = detail;
    option.append(name, explained);
    options.append(option);
  }
  input.closest("td").append(options);
  const at = input.getBoundingClientRect();
  options.showPopover();
  options.style.left = `${Math.max(8, Math.min(at.left, innerWidth - options.offsetWidth - 8))}px`;
  options.style.top = at.bottom + options.offsetHeight + 8 < innerHeight ? `${at.bottom + 4}px` : `${at.top - options.offsetHeight - 4}px`;
  input.setAttribute("aria-expanded", "true");
  box = { input, list: options };
}

function choose(option) {
  const { input } = box;
  const before = LAST.exec(input.value)[1] ?? "";
  close();
  asking += 1;
  write(input, before + option.dataset.term);
}

function point(by) {
  const options = [...box.list.children];
  const at = options.findIndex((one) => one.ariaSelected === "true");
  const next = options[(at + by + options.length + (at < 0 && by < 0 ? 1 : 0)) % options.length];
  for (const one of options) one.ariaSelected = String(one === next);
  box.input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

const looked = (event) => event.target.closest?.("input[data-lookup]");
let soon = 0;

function proposeSoon(input) {
  clearTimeout(soon);
  soon = setTimeout(() => propose(input), 150);
}

document.addEventListener("focusin", (event) => {
  const input = looked(event);
  if (input) {
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", "list-proposals"]]) input.setAttribute(name, value);
  }
  if (box && event.target !== box.input) close();
});
document.addEventListener("input", (event) => looked(event) && event.isTrusted && proposeSoon(event.target));
document.addEventListener("focusout", (event) => looked(event) && close());
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest("#list-proposals li");
  if (!option) return;
  event.preventDefault();
  choose(option);
});
document.addEventListener("keydown", (event) => {
  const input = looked(event);
  if (!input || event.altKey) return;
  if (event.key === "ArrowDown" && !box) {
    event.preventDefault();
    propose(input);
  } else if (box && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    point(event.key === "ArrowDown" ? 1 : -1);
  } else if (box && event.key === "Escape") {
    event.preventDefault();
    close();
  } else if (box && event.key === "Enter") {
    const option = box.list.querySelector("[aria-selected=true]");
    if (option) {
      event.preventDefault();
      choose(option);
    } else close();
  }
}, { capture: true });
document.addEventListener("scroll", () => box && close(), { capture: true, passive: true });

// From – to: what stands in the filter is shown when it is such a range, and written back as one.
let ranged = null;

document.addEventListener("click", (event) => {
  const button = event.target.closest(".np-range");
  if (!button) return;
  ranged = button.closest("td").querySelector("input");
  const drop = document.getElementById(button.getAttribute("popovertarget"));
  const [, from = "", to = ""] = /^\s*([^,.<>=!]*(?:\.\d+)?)\s*\.\.\s*([^,<>=!]*)$/.exec(ranged.value) ?? [];
  drop.querySelector("[data-from]").value = from.trim();
  drop.querySelector("[data-to]").value = to.trim();
}, { capture: true });

document.addEventListener("change", (event) => {
  const drop = event.target.closest(".np-ranges");
  if (!drop || !ranged?.isConnected) return;
  const [from, to] = ["[data-from]", "[data-to]"].map((one) => drop.querySelector(one).value.trim());
  write(ranged, from && from === to ? from : from || to ? `${from}..${to}` : "");
});

document.addEventListener("click", (event) => {
  const term = event.target.closest(".np-ranges button");
  if (!term || !ranged?.isConnected) return;
  write(ranged, term.value);
  term.closest("[popover]").hidePopover();
  ranged.focus();
});

document.addEventListener("keydown", (event) => {
  const drop = event.key === "Enter" && event.target.closest(".np-ranges");
  if (!drop || event.target.matches("button")) return;
  event.target.dispatchEvent(new Event("change", { bubbles: true }));
  drop.hidePopover();
  list().querySelector(`#${CSS.escape(ranged.id)}`)?.focus();
});
