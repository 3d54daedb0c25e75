// Bulk editing: whoever types into a field means to set it, so its box is ticked. A box can be ticked alone, which empties the field.

document.addEventListener("input", (event) => {
  const row = event.target.closest(".np-edit");
  if (!row || event.target.name === "set") return;
  row.querySelector("[name=set]").checked = true;
});

document.getElementById("preview")?.querySelector("button")?.focus();
