// Keeps a segment map and its check boxes together: a click on the drawing ticks the box, a ticked box colours the
// drawing. The boxes are the field; the keyboard and the screen reader use them and see the map follow.

for (const map of document.querySelectorAll("svg[data-picks]")) pairWithBoxes(map);

function pairWithBoxes(map) {
  const form = map.closest("form") ?? document;
  const boxes = [...form.querySelectorAll(`input[type=checkbox][name="${map.dataset.picks}"]`)];
  for (const box of boxes) {
    const segment = map.querySelector(`[data-segment="${box.value}"]`);
    if (!segment) continue;
    const follow = () => segment.classList.toggle("is-picked", box.checked);
    follow();
    box.addEventListener("change", follow);
    box.addEventListener("focus", () => segment.classList.add("is-focused"));
    box.addEventListener("blur", () => segment.classList.remove("is-focused"));
    segment.addEventListener("click", () => {
      box.checked = !box.checked;
      // As if the box itself had been ticked: whatever listens to the form hears it.
      box.dispatchEvent(new Event("input", { bubbles: true }));
      box.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}
