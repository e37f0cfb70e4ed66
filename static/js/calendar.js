// The month: arrow keys go from day to day, Home and End to the ends of the week. The day's list comes into view.

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const day = event.target.closest?.("[data-day]");
  if (!day) return;
  const days = [...document.querySelectorAll("[data-day]")].filter((one) => one.offsetParent !== null);
  const at = days.indexOf(day);
  const target = days[placeAfter(event.key, at, isList(days))];
  if (!target) return;
  event.preventDefault();
  target.focus();
});

// On a phone the days stand below each other: up and down are the day before and the next.
function placeAfter(key, at, list) {
  if (list && key in STEPS) return at + Math.sign(STEPS[key]);
  if (list) return -1;
  if (key in STEPS) return at + STEPS[key];
  if (key === "Home") return at - (at % 7);
  return key === "End" ? at - (at % 7) + 6 : -1;
}

function isList(days) {
  const tops = days.map((one) => one.getBoundingClientRect().top);
  return days.length < 28 || tops[0] !== tops[1];
}

document.addEventListener("htmx:afterSettle", () => {
  document.getElementById("day")?.scrollIntoView({ block: "nearest" });
});
