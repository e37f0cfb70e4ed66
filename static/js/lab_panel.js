// In a panel of laboratory values the arrows go from number to number, past the unit switches.
for (const panel of document.querySelectorAll("[data-lab-panel]")) {
  panel.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches("input[type=text]")) return;
    const boxes = [...panel.querySelectorAll("input[type=text]")];
    const next = boxes[boxes.indexOf(event.target) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.select();
  });
}
