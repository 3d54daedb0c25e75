// What every page needs: the theme, the reader's time zone, the search key, and forms that are not sent twice.

const YEAR = 365 * 24 * 3600;

function remember(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${value ? YEAR : 0}; SameSite=Lax${secure}`;
}

function chooseTheme(theme) {
  if (theme === "system") document.documentElement.removeAttribute("data-bs-theme");
  else document.documentElement.dataset.bsTheme = theme;
  remember("theme", theme === "system" ? "" : theme);
  for (const button of document.querySelectorAll("[data-themes] button")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-themes]")) {
    event.preventDefault();
    chooseTheme(event.submitter?.value ?? "system");
    return;
  }
  // A double click must not send twice: the second press finds the button off. The key in the form makes even that harmless.
  if (event.target.method === "post" && !event.defaultPrevented) {
    const pressed = event.submitter;
    if (pressed && !("again" in pressed.dataset)) setTimeout(() => (pressed.disabled = true));
  }
});

// The pages that are kept for counting without a network are nobody's once somebody signs out, or is asked to sign in.
const forgetKept = () => globalThis.caches?.delete("nameplate-count");
if (location.pathname.startsWith("/account/log")) forgetKept();
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") === "/account/logout/") forgetKept();
});

// Coming back by the browser's back button shows the page as it was left: its buttons work again.
addEventListener("pageshow", (event) => {
  if (event.persisted) for (const button of document.querySelectorAll("button[disabled]")) button.disabled = false;
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-focus]");
  if (opener) document.getElementById(opener.dataset.focus)?.focus();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

function isTyping(element) {
  return element.matches("input, textarea, select, [contenteditable]");
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const search = document.getElementById("top-search");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// A key of one sign stands for the link that names it.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector(":popover-open")) return;
  [...document.querySelectorAll("a[data-key]")].find((link) => link.dataset.key === event.key)?.click();
});

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes(`zone=${encodeURIComponent(zone)}`)) remember("zone", zone);
