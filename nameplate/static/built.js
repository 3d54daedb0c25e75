// The as-built grid in the hand: blocks pasted from a spreadsheet, arrow keys, a scanner that stays in its field.
// What is sent is the grid as text, which is kept in step here; without scripts that text can be typed by itself.

const KEEP_AFTER = 4000;
// As many products as the server takes at once (MOST_ROWS of operations/manufacturing/sheet.py).
const MOST_ROWS = 2000;
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
    await fetch(form().getAttribute("action"), { method: "POST", body });
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

// A block from a spreadsheet: its first cell goes where the cursor is, the others beside and below.
document.addEventListener("paste", (event) => {
  if (!event.target.matches("[data-built] input")) return;
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const start = at(event.target);
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
  const places = start.row === 0 && start.column === 0 && isHead(lines[0]) ? placesOf(lines.shift()) : null;
  if (start.row + lines.length > MOST_ROWS) {
    const many = lines.length.toLocaleString("en");
    document.getElementById("said").textContent = `At most ${MOST_ROWS.toLocaleString("en")} products at once; this block has ${many}. Nothing was pasted.`;
    return;
  }
  const all = rows();
  for (const [down, line] of lines.entries()) {
    const row = all[start.row + down] ?? freshRow();
    for (const [right, value] of line.split("\t").entries()) {
      const column = places ? places[right] ?? heads().length + right : start.column + right;
      const input = cells(row)[column] ?? (value.trim() ? beyond(row, column) : null);
      if (input) input.value = value.trim();
    }
  }
  keepInStep();
  form().querySelector("[data-do=check]")?.click();
});

function isHead(line) {
  const names = new Set(heads().map((name) => name.toLowerCase()));
  const words = line.split("\t").map((word) => word.trim().toLowerCase());
  return words.length > 1 && words.filter((word) => names.has(word)).length > words.length / 2;
}

// Where each column of a pasted head belongs: by its name, in whatever order; one that the grid does not have stands beyond it.
function placesOf(head) {
  const names = heads().map((name) => name.toLowerCase());
  const taken = new Set();
  let beyond = names.length;
  return head.split("\t").map((word) => {
    const place = names.indexOf(word.trim().toLowerCase());
    if (place < 0 || taken.has(place)) return beyond++;
    taken.add(place);
    return place;
  });
}

// What is wider than the grid is not lost: it is shown beyond it, and told.
function beyond(row, column) {
  while (cells(row).length <= column) {
    const cell = row.insertCell();
    const input = cells(row)[0].cloneNode();
    input.value = "";
    input.id = `cell-${row.sectionRowIndex}-${cells(row).length}`;
    input.setAttribute("aria-label", "Beyond the grid");
    cell.append(input);
  }
  return cells(row)[column];
}

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
