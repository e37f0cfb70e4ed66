// The coordinator's queue by keyboard: j and k move between rows, a letter does something to the row that has the focus
// (or else to the one that is open), x ticks, and after something was done the focus goes on to the next row.

const ACTS = { d: "done", b: "book", c: "contact", s: "snooze", a: "assign", e: "elsewhere", m: "missed", r: "reschedule" };
const aside = document.getElementById("queue-open");
let place = 0; // where the focus was last, so that it goes on from there when its row is gone
let askedByKey = false;

document.querySelector("[data-prints]")?.addEventListener("click", () => window.print());

// Before keys.js: "/" means the filter here.
document.addEventListener(
  "keydown",
  (event) => {
    if (!aside || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") return leaveForm(event);
    if (isWriting(event.target)) return;
    if (!press(event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

function press(key) {
  if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
  if (key === "/") return focusOn(document.getElementById("queue-q"));
  if (key === "x") return tick();
  if (key === "o") return openRow();
  const bulk = [...document.querySelectorAll("[data-bulk]")].find((button) => button.dataset.bulk === key);
  if (bulk && ticked().length) {
    bulk.click();
    return true;
  }
  return key in ACTS && act(ACTS[key]);
}

function rows() {
  return [...document.querySelectorAll("[data-row]")];
}

function rowInFocus() {
  return document.activeElement?.closest("[data-row]");
}

// The row that a letter means: the one with the focus, or else the one that is open.
function rowMeant() {
  return rowInFocus() ?? document.querySelector("[data-row][aria-current]") ?? rows()[0];
}

function move(by) {
  const all = rows();
  if (!all.length) return false;
  const now = all.indexOf(rowInFocus());
  const next = now < 0 ? Math.min(place, all.length - 1) : Math.min(Math.max(now + by, 0), all.length - 1);
  return focusRow(all[next]);
}

function focusRow(row) {
  if (!row) return false;
  place = rows().indexOf(row);
  row.querySelector(".who a").focus();
  row.scrollIntoView({ block: "nearest" });
  return true;
}

function focusOn(field) {
  field?.focus();
  field?.select();
  return Boolean(field);
}

function openRow() {
  const row = rowMeant();
  if (!row) return false;
  focusRow(row);
  row.querySelector(".who a").click();
  return true;
}

// The act of the row that is open is a link there; of any other row its form is fetched.
function act(name) {
  const row = rowInFocus();
  const open = aside.querySelector("[data-open]")?.dataset.open;
  if (!row || row.dataset.row === open) {
    const link = aside.querySelector(`[data-act="${name}"]`);
    if (!link) return false;
    askedByKey = true;
    link.click();
    return true;
  }
  if (!row.querySelector(".queue-tick")) return false;
  askedByKey = true;
  const address = `${row.dataset.base}${name}/${new URL(row.querySelector(".who a").href).search}`;
  window.htmx.ajax("GET", address, { source: row.querySelector(".who a"), target: "#queue-open", swap: "innerHTML show:none" });
  return true;
}

function tick() {
  const box = rowMeant()?.querySelector(".queue-tick");
  if (!box) return false;
  box.click();
  return true;
}

function ticked() {
  return [...document.querySelectorAll(".queue-tick:checked")];
}

// Out of a form back to its row; what was typed stays until something else is opened.
function leaveForm(event) {
  if (!aside.contains(event.target)) return;
  const open = aside.querySelector("[data-open]")?.dataset.open;
  focusRow(document.getElementById(`row-${open}`));
}

function isWriting(element) {
  return (
    element.isContentEditable ||
    element.matches("input:not([type=checkbox]):not([type=radio]), select, textarea")
  );
}

document.addEventListener("focusin", () => {
  const row = rowInFocus();
  if (row) place = rows().indexOf(row);
});

document.addEventListener("change", (event) => event.target.matches(".queue-tick") && sayTicked());

document.addEventListener("htmx:afterSettle", (event) => {
  sayTicked();
  markOpen();
  keepAddresses();
  if (event.target !== aside) return;
  aside.scrollTop = 0;
  if (aside.querySelector("[data-done]")) return goOn();
  if (aside.querySelector(".error-summary")) return;
  if (askedByKey || event.detail.requestConfig?.path.split("?")[0].split("/").filter(Boolean).length > 2) focusForm();
  else if (isNarrow()) aside.focus();
  askedByKey = false;
});

// What was opened with a form begins in the form: at what is chosen already, or else at its first field.
function focusForm() {
  const form = aside.querySelector(".queue-form");
  const fields = ":is(input:not([type=hidden]):not([type=radio]), input[type=radio]:checked, select, textarea)";
  const first = form?.querySelector(".fact");
  (first?.querySelector(fields) ?? first?.querySelector("input") ?? aside).focus();
}

function goOn() {
  const id = aside.querySelector("[data-open]")?.dataset.open;
  const all = rows();
  const same = all.find((row) => row.dataset.row === id);
  const at = same ? Math.min(all.indexOf(same) + 1, all.length - 1) : Math.min(place, all.length - 1);
  if (!focusRow(all[at])) aside.focus();
}

function markOpen() {
  const open = aside?.querySelector("[data-open]")?.dataset.open;
  for (const row of rows()) {
    if (row.dataset.row === open) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

function sayTicked() {
  const words = document.querySelector("[data-ticked]");
  if (words) words.textContent = String(ticked().length);
}

// Export, print and saving follow the filters that the address holds now.
function keepAddresses() {
  const asked = new URLSearchParams(window.location.search);
  for (const name of ["after", "before", "row", "live"]) asked.delete(name);
  const query = asked.size ? `?${asked}` : "";
  for (const element of document.querySelectorAll("[data-here]")) {
    element.setAttribute(element.matches("form") ? "action" : "href", element.dataset.here + query);
  }
}

function isNarrow() {
  return window.matchMedia("(max-width: 1199.98px)").matches;
}

sayTicked();
