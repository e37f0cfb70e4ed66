// What every request of htmx carries, and what the page says and does when one fails.
// An element with data-retry (a draft that saves itself) is sent again, with what is typed by then, until it succeeds.
// Anything else is not repeated behind anybody's back: the notice says that it was not done.

const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 30000;
const RESTORED_SHOWN_MS = 5000;

const notice = document.getElementById("connection");
const waiting = new Map(); // element -> {verb, path}
let wait = FIRST_WAIT_MS;
let timer = null;

document.addEventListener("htmx:configRequest", (event) => {
  const { headers, elt } = event.detail;
  headers["X-CSRFToken"] = csrfToken();
  // Whose page this is: should somebody else have signed in meanwhile, nothing is done in their name.
  if (document.body.dataset.pageOf) headers["X-Page-Of"] = document.body.dataset.pageOf;
  // A page that asks by itself does not show that somebody is there.
  if (elt.closest("[data-background]")) headers["X-Background"] = "yes";
});

document.addEventListener("htmx:sendError", (event) => failed(event, "offline"));
document.addEventListener("htmx:timeout", (event) => failed(event, "offline"));

document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 401) return expired(event);
  if (status >= 500 || status === 429) return failed(event, "failed");
  show("refused");
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful || !waiting.delete(event.detail.elt) || waiting.size) return;
  wait = FIRST_WAIT_MS;
  show("restored");
  window.setTimeout(() => showing("restored") && hide(), RESTORED_SHOWN_MS);
});

window.addEventListener("online", sendAgain);

function csrfToken() {
  const cookie = document.cookie.split("; ").find((pair) => pair.startsWith("csrftoken="));
  if (cookie) return cookie.split("=")[1];
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

function failed(event, why) {
  const { elt, requestConfig } = event.detail;
  const repeats = elt.closest("[data-retry]") !== null || requestConfig.verb === "get";
  if (repeats) show(why);
  // What is being tried again is the graver news: something smaller must not cover it.
  else if (!waiting.size) show(`${why}-once`);
  if (!repeats) return;
  waiting.set(elt, { verb: requestConfig.verb, path: requestConfig.path });
  window.clearTimeout(timer);
  timer = window.setTimeout(sendAgain, wait);
  wait = Math.min(wait * 2, LONGEST_WAIT_MS);
}

function sendAgain() {
  window.clearTimeout(timer);
  for (const [elt, { verb, path }] of [...waiting]) {
    if (document.contains(elt)) window.htmx.ajax(verb, path, { source: elt });
    else waiting.delete(elt);
  }
}

// session.js asks for the password and calls `again` when the person is signed in once more.
function expired(event) {
  const { elt, requestConfig } = event.detail;
  const again = () =>
    document.contains(elt) && window.htmx.ajax(requestConfig.verb, requestConfig.path, { source: elt });
  document.dispatchEvent(new CustomEvent("house:expired", { detail: { again } }));
}

function showing(why) {
  return notice && !notice.hidden && !notice.querySelector(`[data-when="${why}"]`).hidden;
}

function show(why) {
  if (!notice) return;
  for (const line of notice.querySelectorAll("[data-when]")) line.hidden = line.dataset.when !== why;
  notice.dataset.verdict = why === "restored" ? "eligible" : "eligible_with_conditions";
  notice.hidden = false;
}

function hide() {
  notice.hidden = true;
}
