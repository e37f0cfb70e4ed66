// Curves of the cohort: the pointer and the arrow keys read them week by week; the drawing becomes a PNG.

const frame = document.querySelector(".plot-frame");
const svg = frame?.querySelector("svg.plot");
const readings = JSON.parse(document.getElementById("plot-data")?.textContent || "[]");
const words = document.getElementById("plot-reading");
const cursor = svg?.querySelector(".plot-cursor");
const ticks = svg ? [...svg.querySelectorAll(".plot-tick")] : [];
let week = 0;

if (svg && readings.length && ticks.length > 1) {
  const left = x(ticks[0]);
  const right = x(ticks.at(-1));
  const last = Number(frame.dataset.weeks);
  const read = (asked) => {
    week = Math.min(last, Math.max(0, Math.round(asked)));
    const at = left + ((right - left) * week) / last;
    cursor.setAttribute("x1", at);
    cursor.setAttribute("x2", at);
    cursor.setAttribute("visibility", "visible");
    words.textContent = `${words.dataset.at} ${week}: ${readings.map((curve) => said(curve)).join(" · ")}`;
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

function said(curve) {
  const end = curve.steps.at(-1)[0];
  if (week > end) return `${curve.label} –`;
  const reached = curve.steps.findLast((step) => step[0] <= week);
  const next = curve.steps.find((step) => step[0] >= week);
  return `${curve.label} ${reached ? reached[1] : 100} % (${next[2]} ${words.dataset.watched})`;
}

const toPng = document.getElementById("plot-png");
const source = document.getElementById("plot-svg");
if (toPng && source) {
  toPng.hidden = false;
  toPng.addEventListener("click", async () => {
    const text = await (await fetch(source.href)).text();
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * 2;
    canvas.height = image.naturalHeight * 2;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const link = document.createElement("a");
    link.href = canvas.toDataURL("image/png");
    link.download = source.dataset.png;
    link.click();
  });
}
