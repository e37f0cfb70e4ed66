// The assessment form: asks what depends on another answer, shows an error at its field, keeps Enter from sending.
// data-shown-when="fact answer answer": the question is asked while `fact` has one of the answers, or while `fact` is
// open and the question has an answer already.

const form = document.querySelector("[data-assessment]");

if (form) {
  form.addEventListener("input", showWhatIsAsked);
  form.addEventListener("keydown", keepEnterHarmless);
  document.addEventListener("click", leadToQuestion);
  document.addEventListener("htmx:afterSettle", () => {
    showWhatIsAsked();
    showErrors();
  });
  if (form.hasAttribute("data-guards")) guardAgainstLeaving();
  else saveOnTheWayOut();
  showErrors();
}
document.querySelector("[data-prints]")?.addEventListener("click", () => window.print());

function answersTo(name) {
  const values = new FormData(form);
  return [...values.getAll(name), ...values.getAll(`${name}_possible`)];
}

function showWhatIsAsked() {
  for (const question of form.querySelectorAll("[data-shown-when]")) {
    const [name, ...answers] = question.dataset.shownWhen.split(" ");
    const given = answersTo(name);
    const isAsked = given.some((answer) => answers.includes(answer)) || (isOpen(given) && isAnswered(question));
    if (question.hidden === isAsked) question.hidden = !isAsked;
  }
}

function isOpen(answers) {
  return answers.every((answer) => !answer || answer === "not_known");
}

function isAnswered(question) {
  return !isOpen(answersTo(question.id.replace("asks-", "")));
}

// The panel tells what it left out and why; the same words stand at the field.
function showErrors() {
  const told = new Map();
  for (const line of document.querySelectorAll("[data-error-for]"))
    told.set(line.dataset.errorFor, line.textContent);
  for (const place of form.querySelectorAll(".live-error")) {
    const name = place.id.replace("live-error-", "");
    const question = place.closest(".asks");
    const isSaidAbove = question.querySelector(".invalid-feedback") !== null;
    const words = isSaidAbove ? "" : (told.get(name) ?? "");
    if (place.textContent !== words) place.textContent = words;
    place.hidden = !words;
    if (isSaidAbove) continue;
    question.querySelector(".fact")?.classList.toggle("is-invalid", told.has(name));
    tellToAssistiveTechnology(question, place);
  }
}

function tellToAssistiveTechnology(question, place) {
  const box = question.querySelector("input:not([type=hidden]), select, textarea");
  const others = (box?.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== place.id);
  if (place.hidden) box?.removeAttribute("aria-invalid");
  else box?.setAttribute("aria-invalid", "true");
  if (!place.hidden) others.push(place.id);
  if (others.length) box?.setAttribute("aria-describedby", others.join(" "));
  else box?.removeAttribute("aria-describedby");
}

// "Missing" leads to the question itself: unfolded, in view, and with the focus in it.
function leadToQuestion(event) {
  const link = event.target.closest("a[href^='#asks-']");
  const question = link && askedFirst(document.querySelector(link.hash));
  if (!question || question.hidden) return;
  event.preventDefault();
  question.closest("details")?.setAttribute("open", "");
  question.scrollIntoView({ block: "center" });
  question.querySelector("input:not([type=hidden]), select, textarea")?.focus({ preventScroll: true });
}

// A question that is not asked yet waits for the answer that decides it: that one is to be given first.
function askedFirst(question) {
  if (!question?.hidden || !question.dataset.shownWhen) return question;
  return document.getElementById(`asks-${question.dataset.shownWhen.split(" ")[0]}`);
}

// Enter in a box would press the form's first button; here it saves at once and stays.
function keepEnterHarmless(event) {
  if (event.key !== "Enter" || !event.target.matches("input:not([type=submit])")) return;
  event.preventDefault();
  document.body.dispatchEvent(new Event("assessment:save"));
}

// Whoever leaves within the second before a save takes nothing away: what is typed is sent on the way out.
function saveOnTheWayOut() {
  const saved = document.getElementById("saved");
  let isUnsaved = false;
  form.addEventListener("input", () => (isUnsaved = true));
  form.addEventListener("submit", () => (isUnsaved = false));
  saved.addEventListener("htmx:beforeSend", () => (isUnsaved = false));
  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"])
    saved.addEventListener(failure, () => (isUnsaved = true));
  window.addEventListener("pagehide", () => {
    if (isUnsaved) navigator.sendBeacon(saved.getAttribute("hx-post"), new FormData(form));
  });
}

function guardAgainstLeaving() {
  let isChanged = false;
  form.addEventListener("input", () => (isChanged = true));
  form.addEventListener("submit", () => (isChanged = false));
  window.addEventListener("beforeunload", (event) => isChanged && event.preventDefault());
}
