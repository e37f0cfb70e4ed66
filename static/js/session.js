// Asks for the password again on the same page, so that nothing typed is lost.
// The dialog opens when the idle time has passed since the server last heard from this page, or when it answers 401.
// accounts:reauthenticate: GET answers 204 while the sign-in holds (and counts as being there), otherwise the form;
// POST answers 204 when the person is signed in again, otherwise the form with its errors.

const CHECK_EVERY_MS = 15000;
const PATIENCE = 0.5; // somebody who types is reported to the server after this share of the idle time

const dialog = document.getElementById("session-dialog");
const idleMs = Number(document.body.dataset.idleSeconds ?? 0) * 1000;
const resumptions = [];
let heardAt = Date.now();
let asking = false;

if (dialog && idleMs) watch();

function watch() {
  document.addEventListener("house:expired", (event) => ask(event.detail.again));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && !event.detail.elt.closest("[data-background]")) heardAt = Date.now();
  });
  document.addEventListener("submit", holdSubmission, true);
  for (const sign of ["keydown", "pointerdown"])
    document.addEventListener(sign, reportPresence, { passive: true });
  document.addEventListener("visibilitychange", checkDeadline);
  window.addEventListener("focus", checkDeadline);
  window.setInterval(checkDeadline, CHECK_EVERY_MS);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("submit", signInAgain);
}

function isPastDeadline() {
  return Date.now() - heardAt >= idleMs;
}

function checkDeadline() {
  if (document.visibilityState === "visible" && (isPastDeadline() || dialog.open)) ask();
}

// A form that leaves the page after the deadline would land on the sign-in page and lose what it carries.
function holdSubmission(event) {
  const form = event.target;
  if (dialog.contains(form) || form.method !== "post" || !isPastDeadline()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const submitter = event.submitter;
  ask(() => form.requestSubmit(submitter));
}

async function reportPresence() {
  if (dialog.open || isPastDeadline() || Date.now() - heardAt < idleMs * PATIENCE) return;
  heardAt = Date.now();
  const answer = await fetchForm("GET").catch(() => null);
  if (answer && answer.status !== 204) ask();
}

async function ask(again) {
  if (again) resumptions.push(again);
  if (asking || (dialog.open && dialog.querySelector("input[type=password]"))) return;
  asking = true;
  const answer = await fetchForm("GET").catch(() => null);
  asking = false;
  if (answer && answer.status === 204) return goOn();
  if (!dialog.open) dialog.showModal();
  await showForm(answer);
}

async function signInAgain(event) {
  const form = event.target;
  if (!form.matches("#session-form form")) return;
  event.preventDefault();
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  const answer = await fetchForm("POST", new FormData(form)).catch(() => null);
  for (const button of form.querySelectorAll("button")) button.disabled = false;
  if (answer && answer.status === 204) return goOn();
  await showForm(answer);
}

function fetchForm(method, body) {
  const headers = { "HX-Request": "true", "X-Page-Of": document.body.dataset.pageOf ?? "" };
  if (method === "POST") headers["X-CSRFToken"] = csrfToken();
  return fetch(dialog.dataset.url, { method, body, headers, credentials: "same-origin", redirect: "manual" });
}

// No answer: keep what is shown. A redirect: the sign-in is wholly gone, so it must be made anew in another tab.
async function showForm(answer) {
  const gone = answer !== null && (answer.type === "opaqueredirect" || answer.status === 404);
  dialog.querySelector("[data-when=unreachable]").hidden = answer !== null && (gone || answer.status < 500);
  dialog.querySelector("[data-when=gone]").hidden = !gone;
  if (answer === null || gone || answer.status >= 500) return;
  const place = dialog.querySelector("#session-form");
  place.innerHTML = await answer.text();
  (place.querySelector("[aria-invalid=true]") ?? place.querySelector("input[type=password]"))?.focus();
}

function goOn() {
  heardAt = Date.now();
  if (dialog.open) dialog.close();
  dialog.querySelector("#session-form").replaceChildren();
  renewTokens();
  for (const again of resumptions.splice(0)) again();
}

function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

// Signing in changes the form token; the forms on this page still hold the old one.
function renewTokens() {
  const token = csrfToken();
  if (!token) return;
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token;
}
