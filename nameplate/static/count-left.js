// The page of a count in which nothing is scanned now: what this browser has kept for it and not sent is shown, so that nothing is lost.

import { Unsent } from "./count-unsent.js";

const left = document.getElementById("left");
const scans = left ? new Unsent(left.dataset.queue).read() : [];

if (scans.length) {
  left.querySelector("h2").textContent = `${scans.length} not sent`;
  left.querySelector("ul").replaceChildren(...scans.map(item));
  left.hidden = false;
}

function item(scan) {
  const found = document.createElement("li");
  const number = document.createElement("span");
  number.className = "np-sn";
  number.textContent = scan.text;
  const told = [scan.quantity, scan.note && `“${scan.note}”`, scan.at && new Date(scan.at).toLocaleString()];
  found.append(number, " ", told.filter(Boolean).join(" · "));
  return found;
}
