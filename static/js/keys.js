// Keyboard shortcuts. An element with data-shortcut="x" is focused (a field) or pressed (a link, a button) by x;
// "?" shows the list. Keys stay silent while somebody writes, chooses, or has a dialog open.

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isWriting(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    event.preventDefault();
    document.getElementById("keys-dialog")?.showModal();
    return;
  }
  const target = [...document.querySelectorAll("[data-shortcut]")].find(
    (element) => element.dataset.shortcut === event.key && element.offsetParent !== null,
  );
  if (!target) return;
  event.preventDefault();
  if (target.matches("input, select, textarea")) target.focus();
  else target.click();
});

function isWriting(element) {
  return (
    element.isContentEditable ||
    element.matches("input:not([type=checkbox]):not([type=radio]), select, textarea")
  );
}
