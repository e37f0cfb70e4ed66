// A reading: asks what depends on another answer, shows errors at their boxes, keeps Enter harmless, converts mm and cm.

const form = document.querySelector("[data-reading]");
const saved = document.getElementById("saved");
const MM_IN = { mm: 1, cm: 10 };
let isUnsaved = false;

form.addEventListener("input", (event) => {
  isUnsaved = true;
  if (event.target.name === "unit") convertLengths(event.target.value);
  showWhatIsAsked();
});
form.addEventListener("submit", () => (isUnsaved = false));
form.addEventListener("keydown", onKey);
saved.addEventListener("htmx:beforeSend", () => (isUnsaved = false));
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"])
  saved.addEventListener(failure, () => (isUnsaved = true));
window.addEventListener("pagehide", () => {
  if (isUnsaved) navigator.sendBeacon(saved.getAttribute("hx-post"), new FormData(form));
});
document.addEventListener("htmx:afterSettle", (event) => {
  showWhatIsAsked();
  showErrors();
  if (event.detail.target?.id === "screen") focusNewRow();
});
showWhatIsAsked();
showErrors();

function showWhatIsAsked() {
  const answers = new FormData(form);
  for (const question of form.querySelectorAll("[data-shown-when]")) {
    const [name, ...wanted] = question.dataset.shownWhen.split(" ");
    question.hidden = !answers.getAll(name).some((answer) => wanted.includes(answer));
  }
}

// What cannot be read in one unit is left as it stands.
function convertLengths(unit) {
  for (const box of form.querySelectorAll("[data-length]")) {
    const was = box.parentElement.querySelector("[data-unit]").textContent;
    const length = box.value.trim().replace(",", ".");
    if (was !== unit && /^\d+(\.\d+)?$/.test(length))
      box.value = String(Number(((Number(length) * MM_IN[was]) / MM_IN[unit]).toFixed(2)));
  }
  for (const label of form.querySelectorAll("[data-unit]")) label.textContent = unit;
}

// The panel tells what it left out and why; the same words stand at the box.
function showErrors() {
  const told = new Map();
  for (const line of document.querySelectorAll("[data-error-for]"))
    told.set(line.dataset.errorFor, line.textContent);
  for (const place of form.querySelectorAll("[data-error-at]")) {
    const words = told.get(place.dataset.errorAt) ?? "";
    if (place.textContent !== words) place.textContent = words;
    place.hidden = !words;
    markBox(form.elements[place.dataset.errorAt], place.id, Boolean(words));
  }
}

function markBox(box, errorId, isWrong) {
  if (!(box instanceof HTMLElement)) return;
  box.classList.toggle("is-invalid", isWrong);
  if (isWrong) {
    box.setAttribute("aria-invalid", "true");
    box.setAttribute("aria-describedby", errorId);
  } else {
    box.removeAttribute("aria-invalid");
    if (box.getAttribute("aria-describedby") === errorId) box.removeAttribute("aria-describedby");
  }
}

function focusNewRow() {
  const rows = form.querySelectorAll("[data-lesion^='n'] [data-length]");
  [...rows].find((box) => !box.value)?.focus();
}

// Enter and the arrows go from lesion to lesion in the same column; Enter elsewhere saves at once and stays.
function onKey(event) {
  const box = event.target;
  if (box.matches("[data-length]") && ["Enter", "ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    const column = [...form.querySelectorAll(`[data-length][name$="${box.name.slice(box.name.indexOf("-"))}"]`)];
    column[column.indexOf(box) + (event.key === "ArrowUp" ? -1 : 1)]?.focus();
  } else if (event.key === "Enter" && box.matches("input:not([type=submit])")) {
    event.preventDefault();
    document.body.dispatchEvent(new Event("reading:save"));
  }
}
