// The record of a procedure: asks what depends on another answer, shows errors at their boxes, keeps Enter harmless.

const form = document.querySelector("[data-record]");
const saved = document.getElementById("saved");
const targetRequests = document.getElementById("target-requests");
let isUnsaved = false;

form.addEventListener("input", () => {
  isUnsaved = true;
  showWhatIsAsked();
});
form.addEventListener("submit", () => (isUnsaved = false));
form.addEventListener("keydown", keepEnterHarmless);
form.addEventListener("click", changeTargets);
targetRequests.addEventListener("htmx:afterRequest", () => {
  for (const button of form.querySelectorAll("[data-pressed]")) delete button.dataset.pressed;
});
saved.addEventListener("htmx:beforeSend", () => (isUnsaved = false));
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"])
  saved.addEventListener(failure, () => (isUnsaved = true));
window.addEventListener("pagehide", () => {
  if (isUnsaved) navigator.sendBeacon(saved.getAttribute("hx-post"), new FormData(form));
});
document.addEventListener("htmx:afterSettle", (event) => {
  showWhatIsAsked();
  showErrors();
  if (event.detail.target?.id === "targets") focusOpenTarget();
});
document.getElementById("map-fold").addEventListener("toggle", askForMap, { once: true });
showWhatIsAsked();
showErrors();

// From now on every answer of the live panel brings the map when it looks different.
function askForMap() {
  form.elements.map_key.disabled = false;
  document.body.dispatchEvent(new Event("procedure:changed"));
}

function showWhatIsAsked() {
  const answers = new FormData(form);
  for (const question of form.querySelectorAll("[data-shown-when], [data-modalities], [data-techniques]"))
    question.hidden = !isAsked(question.dataset, answers);
  for (const line of form.querySelectorAll("[data-line]")) showBoxesOf(line);
  for (const step of form.querySelectorAll(".steps > li"))
    step.classList.toggle("is-open", !step.querySelector("input[type=radio]:checked:not([value=''])"));
}

// Nobody has said the modality yet: every step may still be asked.
function isAsked({ shownWhen, modalities, techniques }, answers) {
  const [name, ...wanted] = (shownWhen ?? "").split(" ");
  if (name && !answers.getAll(name).some((answer) => wanted.includes(answer))) return false;
  return allows(modalities, answers.get("modality")) && allows(techniques, answers.get("technique"));
}

function allows(listed, chosen) {
  return !listed || !chosen || listed.split(" ").includes(chosen);
}

function showBoxesOf(line) {
  const [kind] = line.querySelector("select").value.split(":");
  for (const box of line.querySelectorAll("[data-for]"))
    box.hidden = !kind || (box.dataset.for !== "any" && box.dataset.for !== kind);
}

// The panel tells what it left out and why; the same words stand at the box.
function showErrors() {
  const told = new Map();
  for (const line of document.querySelectorAll("[data-error-for]"))
    told.set(line.dataset.errorFor, line.textContent);
  for (const name of told.keys()) makePlaceFor(name);
  for (const place of form.querySelectorAll("[data-error-at]")) {
    const words = told.get(place.dataset.errorAt) ?? "";
    if (place.textContent !== words) place.textContent = words;
    place.hidden = !words;
    markBox(form.elements[place.dataset.errorAt], place.id, Boolean(words));
  }
}

// A box of the common kind has no place for an error until there is one.
function makePlaceFor(name) {
  const fact = form.elements[name] instanceof HTMLElement ? form.elements[name].closest(".fact") : null;
  if (!fact || fact.querySelector("[data-error-at], .invalid-feedback")) return;
  const place = document.createElement("p");
  place.id = `error-${name}`;
  place.className = "live-error help";
  place.dataset.errorAt = name;
  fact.append(place);
}

function markBox(box, errorId, isWrong) {
  if (!(box instanceof HTMLElement)) return;
  box.classList.toggle("is-invalid", isWrong);
  box.toggleAttribute("aria-invalid", isWrong);
  if (isWrong) {
    box.setAttribute("aria-invalid", "true");
    box.setAttribute("aria-describedby", errorId);
  } else if (box.getAttribute("aria-describedby") === errorId) box.removeAttribute("aria-describedby");
}

// A press while another is on its way waits for it, with the artery that stood there; the same button counts once.
function changeTargets(event) {
  const button = event.target.closest("[data-changes-targets]");
  if (!button || !window.htmx) return;
  event.preventDefault();
  if (button.dataset.pressed) return;
  button.dataset.pressed = "yes";
  const artery = button.closest(".add-target")?.querySelector("select");
  const values = artery ? { [artery.name]: artery.value } : {};
  window.htmx.ajax("POST", button.getAttribute("formaction"), { source: targetRequests, values });
}

// After a target is added its level is the next answer; after it is kept, the next artery is.
function focusOpenTarget() {
  const opened = form.querySelector("[data-open-target] select[name$='-level']");
  (opened ?? document.getElementById("new_artery")).focus();
}

// Enter in a box would press the form's first button; here it saves at once and stays. At the artery it adds the target.
function keepEnterHarmless(event) {
  if (event.key !== "Enter") return;
  if (event.target.id === "new_artery") {
    event.preventDefault();
    event.target.parentElement.querySelector("button").click();
  } else if (event.target.matches("input:not([type=submit])")) {
    event.preventDefault();
    document.body.dispatchEvent(new Event("procedure:save"));
  }
}
