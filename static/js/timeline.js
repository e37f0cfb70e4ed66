// The course read day by day: the pointer over the drawing, or the slider by its keys. What is said is the table's row.

const course = document.querySelector("[data-timeline]");
const svg = course?.querySelector(".tl-drawing");
const slider = course?.querySelector("input[type=range]");

if (svg && slider) {
  const rows = [...course.querySelectorAll("tr[data-x]")].reverse(); // the table has the latest first
  const heads = [...course.querySelectorAll("thead th")].map((head) => head.firstChild.textContent);
  const cursor = svg.querySelector(".tl-cursor");
  const said = course.querySelector(".tl-said");
  slider.max = rows.length - 1;
  const today = Number(svg.querySelector(".ch-today").getAttribute("x1"));
  const latest = Math.max(0, rows.findLastIndex((row) => Number(row.dataset.x) <= today));
  slider.value = latest;
  slider.closest(".tl-read").hidden = false;

  const show = (number) => {
    const row = rows[number];
    const [day, happened, ...values] = row.children;
    cursor.setAttribute("x1", row.dataset.x);
    cursor.setAttribute("x2", row.dataset.x);
    cursor.setAttribute("visibility", "visible");
    const parts = [day, ...happened.children].map((each) => each.textContent);
    const links = [...happened.children].map((link) => link.cloneNode(true));
    const numbers = values
      .map((cell, column) => (cell.textContent ? `${heads[column + 2]} ${cell.textContent}` : ""))
      .filter(Boolean);
    const strong = document.createElement("b");
    strong.textContent = day.textContent;
    const words = document.createElement("span");
    words.textContent = numbers.join(" · ");
    said.replaceChildren(strong, ...links, words);
    slider.setAttribute("aria-valuetext", [...parts, ...numbers].join(", "));
  };

  slider.addEventListener("input", () => show(Number(slider.value)));
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const across = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    const away = rows.map((row) => Math.abs(Number(row.dataset.x) - across));
    const nearest = away.indexOf(Math.min(...away));
    if (nearest === Number(slider.value) && cursor.getAttribute("visibility") === "visible") return;
    slider.value = nearest;
    show(nearest);
  });
  show(latest);
}
