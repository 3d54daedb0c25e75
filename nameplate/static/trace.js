// The tree of a trace: an arrow opens the next level, which htmx brings once, and closes it again. The arrow keys do the same where the
// focus is on one. Without it an arrow is a link that opens the trace of what it stands beside.

const levelOf = (row) => Number(row.dataset.level);

function* below(row) {
  for (let next = row.nextElementSibling; next && levelOf(next) > levelOf(row); next = next.nextElementSibling) yield next;
}

// What is under a closed row is hidden, however deep.
function showBelow(row) {
  let closed = row.querySelector("[data-twist]").getAttribute("aria-expanded") === "true" ? Infinity : levelOf(row);
  for (const next of below(row)) {
    const level = levelOf(next);
    if (level <= closed) closed = Infinity;
    next.hidden = level > closed;
    if (closed === Infinity && next.querySelector("[data-twist]")?.getAttribute("aria-expanded") === "false") closed = level;
  }
}

function turn(twist, open) {
  if ((twist.getAttribute("aria-expanded") === "true") === open) return false;
  twist.setAttribute("aria-expanded", String(open));
  if (open && !twist.dataset.opened) {
    twist.dataset.opened = "yes";
    htmx.trigger(twist, "open");
  } else {
    showBelow(twist.closest("tr"));
  }
  return true;
}

document.addEventListener("click", (event) => {
  const twist = event.target.closest("[data-twist]");
  if (!twist || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0 || !window.htmx) return;
  event.preventDefault();
  turn(twist, twist.getAttribute("aria-expanded") !== "true");
});

document.addEventListener("keydown", (event) => {
  const twist = event.target.closest?.("[data-twist]");
  if (!twist || !window.htmx || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = [...document.querySelectorAll("[data-twist]")].filter((one) => !one.closest("tr").hidden);
  const at = all.indexOf(twist);
  if (event.key === "ArrowRight") turn(twist, true);
  else if (event.key === "ArrowLeft") turn(twist, false);
  else if (event.key === " ") turn(twist, twist.getAttribute("aria-expanded") !== "true");
  else if (event.key === "ArrowDown") all[at + 1]?.focus();
  else if (event.key === "ArrowUp") all[at - 1]?.focus();
  else return;
  event.preventDefault();
});
