// Drawings of the cohort: the pointer and the arrow keys read them; a drawing becomes a PNG; the filter folds on a phone.

for (const frame of document.querySelectorAll(".plot-frame")) {
  const svg = frame.querySelector("svg.plot");
  const words = document.getElementById(frame.getAttribute("aria-describedby"));
  if (!svg || !words) continue;
  if (frame.dataset.weeks) readWeeks(frame, svg, words);
  else readParts(frame, svg, words);
}

// Curves are read week by week, wherever the pointer is.
function readWeeks(frame, svg, words) {
  const curves = JSON.parse(document.getElementById("plot-data")?.textContent || "[]");
  const ticks = [...svg.querySelectorAll(".plot-tick")];
  const cursor = svg.querySelector(".plot-cursor");
  if (!curves.length || ticks.length < 2) return;
  const left = x(ticks[0]);
  const right = x(ticks.at(-1));
  const last = Number(frame.dataset.weeks);
  let week = 0;
  const read = (asked) => {
    week = Math.min(last, Math.max(0, Math.round(asked)));
    const at = left + ((right - left) * week) / last;
    cursor.setAttribute("x1", at);
    cursor.setAttribute("x2", at);
    cursor.setAttribute("visibility", "visible");
    words.textContent = `${words.dataset.at} ${week}: ${curves.map((curve) => said(curve, week, words)).join(" · ")}`;
  };
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const across = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    read(((across - left) / (right - left)) * last);
  });
  frame.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, PageDown: -13, PageUp: 13 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    read(week + by);
  });
}

function x(line) {
  return Number(line.getAttribute("x1"));
}

function said(curve, week, words) {
  const end = curve.steps.at(-1)[0];
  if (week > end) return `${curve.label} –`;
  const reached = curve.steps.findLast((step) => step[0] <= week);
  const next = curve.steps.find((step) => step[0] >= week);
  return `${curve.label} ${reached ? reached[1] : 100} % (${next[2]} ${words.dataset.watched})`;
}

// Every other drawing is read part by part: a part says itself in its title.
function readParts(frame, svg, words) {
  const parts = [...svg.querySelectorAll(".plot-item")];
  let at = -1;
  const read = (number) => {
    if (number < 0 || number >= parts.length) return;
    parts[at]?.classList.remove("is-read");
    at = number;
    parts[at].classList.add("is-read");
    words.textContent = parts[at].querySelector("title")?.textContent ?? "";
  };
  svg.addEventListener("pointerover", (event) => read(parts.indexOf(event.target.closest(".plot-item"))));
  frame.addEventListener("keydown", (event) => {
    const to = {
      ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: parts.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    read(Math.min(parts.length - 1, Math.max(0, to)));
    scrollTo(frame, parts[at]);
  });
}

// On a phone the drawing is wider than its frame: what is read comes into view.
function scrollTo(frame, part) {
  const inner = part.getBoundingClientRect();
  const outer = frame.getBoundingClientRect();
  if (inner.right > outer.right) frame.scrollLeft += inner.right - outer.right;
  else if (inner.left < outer.left) frame.scrollLeft -= outer.left - inner.left;
}

for (const button of document.querySelectorAll("button[data-png]")) {
  const source = button.parentElement.querySelector("a[href*='.svg']");
  if (!source) continue;
  button.hidden = false;
  button.addEventListener("click", () => saveAsPng(source.href, button.dataset.png));
}

// The file stands alone, with its colours written in: what becomes of it in a slide is what was seen here.
async function saveAsPng(address, name) {
  const text = await (await fetch(address)).text();
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth * 2;
  canvas.height = image.naturalHeight * 2;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const link = document.createElement("a");
  link.href = canvas.toDataURL("image/png");
  link.download = name;
  link.click();
}

const fold = document.querySelector(".cohort-fold");
if (fold && matchMedia("(max-width: 40rem)").matches && !fold.querySelector("[data-has-errors]")) fold.open = false;
