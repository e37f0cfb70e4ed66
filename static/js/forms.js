// Forms: the summary of errors takes the focus, and a form is sent once.

focusSummary(document);

document.addEventListener("htmx:afterSettle", (event) => {
  // Only what somebody sent on purpose may move the focus; a draft that saves itself must not.
  if (event.detail.requestConfig?.triggeringEvent?.type === "submit") focusSummary(event.detail.elt);
});

function focusSummary(within) {
  within.querySelector?.(".error-summary")?.focus();
}

// Whose page this is: should somebody else have signed in meanwhile, the server asks before it does anything.
document.addEventListener(
  "submit",
  ({ target: form }) => {
    const key = document.body.dataset.pageOf;
    if (!key || form.method !== "post" || isSentByHtmx(form) || form.querySelector("input[name=page_of]")) return;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "page_of", value: key });
    form.append(field);
  },
  true,
);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.hasAttribute("data-repeatable") || isSentByHtmx(form)) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // After this turn, or the pressed button's own name and value would not be sent.
  window.setTimeout(() => setBusy(form, true));
});

// The page comes back out of the browser's memory with the buttons as they were left.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    setBusy(form, false);
  }
});

function isSentByHtmx(form) {
  return (
    ["hx-post", "hx-get", "hx-put"].some((name) => form.hasAttribute(name)) &&
    !form.hasAttribute("data-native")
  );
}

function setBusy(form, busy) {
  for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) {
    button.disabled = busy;
    button.classList.toggle("is-busy", busy);
  }
}
