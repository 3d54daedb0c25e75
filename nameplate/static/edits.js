// Bulk editing: whoever types into a field means to set it, so its box is ticked. A box can be ticked alone, which empties the field.

function meant(field) {
  const row = field.closest(".np-edit");
  if (row && field.name !== "set") row.querySelector("[name=set]").checked = true;
}

document.addEventListener("input", (event) => meant(event.target));

// What was typed before this script was here.
for (const field of document.querySelectorAll(".np-edit :is(input, select, textarea)")) {
  if ("defaultValue" in field && field.type !== "checkbox" && field.value !== field.defaultValue) meant(field);
}

document.getElementById("preview")?.querySelector("button")?.focus();
