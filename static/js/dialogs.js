// Dialogues, menus and messages: open, close, dismiss. Escape and the focus are the browser's own.
// data-opens="id" opens a <dialog>; data-closes closes the one around it; data-dismisses=".x" removes the nearest .x.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    opener.closest("details.menu")?.removeAttribute("open");
    open(document.getElementById(opener.dataset.opens));
  }
  event.target.closest("[data-closes]")?.closest("dialog")?.close();
  dismiss(event.target.closest("[data-dismisses]"));
  hide(event.target.closest("[data-hides]"));
  closeMenus((menu) => !menu.contains(event.target));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  closeMenus((menu) => {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    return true;
  });
});

// The first field takes the focus, not the cross that would close it.
function open(dialog) {
  dialog?.showModal();
  dialog?.querySelector(".dialog-body :is(textarea, select, input:not([type=hidden]))")?.focus();
}

function dismiss(button) {
  const message = button?.closest(button.dataset.dismisses);
  if (!message) return;
  const next = message.nextElementSibling?.querySelector("button") ?? document.getElementById("main");
  message.remove();
  next?.focus({ preventScroll: true });
}

function hide(button) {
  const place = button && document.querySelector(button.dataset.hides);
  if (place) place.hidden = true;
}

function closeMenus(isToClose) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (isToClose(menu)) menu.removeAttribute("open");
  }
}
