// The as-built grid in the hand: blocks pasted from a spreadsheet, arrow keys, a scanner that stays in its field.
// What is sent is the grid as text, which is kept in step here; without scripts that text can be typed by itself.

const KEEP_AFTER = 4000;
let unkept = 0;

const form = () => document.getElementById("built");
const grid = () => document.querySelector("[data-built]");
const rows = () => [...grid().tBodies[0].rows];
const cells = (row) => [...row.querySelectorAll("input")];
const at = (input) => ({ row: input.closest("tr").sectionRowIndex, column: input.closest("td").cellIndex - 1 });

function heads() {
  return [...grid().tHead.rows[0].cells].slice(1).map((cell) => (cell.firstChild?.textContent ?? "").trim());
}

function keepInStep() {
  const lines = rows().map((row) => cells(row).map((input) => input.value.trim().replace(/[\t\r\n]+/g, " "))).filter((line) => line.some(Boolean));
  form().elements.grid.value = lines.length ? [heads(), ...lines].map((line) => line.join("\t")).join("\n") : "";
  const finish = form().querySelector("[data-finish]");
  if (finish) finish.disabled = true;
  clearTimeout(unkept);
  unkept = setTimeout(keepMeanwhile, KEEP_AFTER);
}

// What is typed outlives the session and the computer.
async function keepMeanwhile() {
  if (!form()) return;
  const body = new FormData(form());
  body.set("action", "meanwhile");
  try {
    const answer = await fetch(form().getAttribute("action"), { method: "POST", body });
    if (answer.ok && !answer.redirected && (await answer.json()).elsewhere) form()?.querySelector("[data-elsewhere]")?.removeAttribute("hidden");
  } catch {
    unkept = setTimeout(keepMeanwhile, KEEP_AFTER);
  }
}

function freshRow() {
  const body = grid().tBodies[0];
  const index = body.rows.length;
  const copy = body.rows[index - 1].cloneNode(true);
  const names = heads();
  copy.classList.remove("np-chosen");
  copy.cells[0].textContent = index + 1;
  for (const [column, input] of cells(copy).entries()) {
    input.value = "";
    input.id = `cell-${index}-${column}`;
    input.removeAttribute("aria-invalid");
    input.removeAttribute("title");
    input.setAttribute("aria-label", column ? `Row ${index + 1}, ${names[column]}` : `Product, row ${index + 1}`);
  }
  body.append(copy);
  return copy;
}

function go(row, column) {
  const all = rows();
  if (row < 0) return false;
  const target = row < all.length ? all[row] : row === all.length && cells(all[row - 1]).some((input) => input.value) ? freshRow() : null;
  const input = target && cells(target)[column];
  input?.focus();
  input?.select();
  return Boolean(input);
}

document.addEventListener("input", (event) => {
  if (!event.target.closest("[data-built]")) return;
  event.target.removeAttribute("aria-invalid");
  event.target.removeAttribute("title");
  keepInStep();
});

document.addEventListener("keydown", (event) => {
  if (!event.target.matches("[data-built] input") || event.altKey || event.ctrlKey || event.metaKey) return;
  const { row, column } = at(event.target);
  const { selectionStart: from, selectionEnd: to, value } = event.target;
  const moves = {
    Enter: [row + 1, column],
    ArrowDown: [row + 1, column],
    ArrowUp: [row - 1, column],
    ArrowLeft: from === 0 && (to === 0 || to === value.length) ? [row, column - 1] : null,
    ArrowRight: to === value.length && (from === 0 || from === value.length) ? [row, column + 1] : null,
  };
  const move = moves[event.key];
  if (event.key === "Enter") event.preventDefault();
  if (move && go(...move)) event.preventDefault();
});

// A block from a spreadsheet: the server lays it over the grid, by the names in its head or from this cell on, and judges it.
document.addEventListener("paste", (event) => {
  if (!event.target.matches("[data-built] input")) return;
  const text = event.clipboardData?.getData("text/plain") ?? "";
  // One value, with the line end that spreadsheets put behind it, is pasted as any text.
  if (!/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
  event.preventDefault();
  const { row, column } = at(event.target);
  const filled = rows().map((line) => cells(line).some((input) => input.value.trim()));
  // Empty rows are not sent, so rows are counted without them; from an empty row between others the block goes below them all.
  const above = filled[row] || !filled.slice(row).includes(true) ? row : filled.length;
  const { pasted, pasted_row, pasted_column } = form().elements;
  pasted.value = text;
  pasted_row.value = filled.slice(0, above).filter(Boolean).length;
  pasted_column.value = column;
  keepInStep();
  clearTimeout(unkept);
  form().querySelector("[data-do=paste]").click();
});

document.addEventListener("htmx:error", () => {
  const said = document.getElementById("said");
  if (said) said.textContent = "There is no connection just now. What stands in the grid is still here; what you pasted is not.";
});

// Enter in the scanner's field takes the scan; nothing else of the form is sent by it.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.id !== "scan") return;
  event.preventDefault();
  form().querySelector("[data-do=scan]").click();
});

document.addEventListener("input", (event) => {
  if (event.target.matches("#built textarea:not(#grid), #built [name=place], #built [name=note]")) {
    clearTimeout(unkept);
    unkept = setTimeout(keepMeanwhile, KEEP_AFTER);
  }
});

document.addEventListener("submit", () => clearTimeout(unkept));

// After a scan the field is empty again and waits for the next.
let scanning = false;
document.addEventListener("click", (event) => {
  const button = event.target.closest("#built button");
  if (button) scanning = button.dataset.do === "scan";
});
new MutationObserver(() => {
  if (!scanning || !form()) return;
  scanning = false;
  const field = document.getElementById("scan");
  field?.focus();
  document.querySelector(".np-chosen")?.scrollIntoView({ block: "nearest" });
}).observe(document.querySelector("main") ?? document.body, { childList: true, subtree: true });
