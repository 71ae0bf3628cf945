"use strict";
// What this adds: copying a sentence or the code to embed a picture, evidence shown on hover and focus (Esc hides it), the values of a
// year under the pointer, years chosen by dragging across a picture (Esc gives up), and all tables open in print. Every page works
// without it: the values stand in the table of the picture, the years in the form.
const copier = (button, text) => {
  const word = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text());
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = word; }, 2000);
  });
};
if (navigator.clipboard) {
  document.querySelectorAll("button[data-copy]").forEach((button) => {
    button.hidden = false;
    copier(button, () => document.getElementById(button.dataset.copy).textContent.trim());
  });
  document.querySelectorAll("a[data-embed]").forEach((link) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "copier", textContent: "Copy the code to embed" });
    const frame = Object.assign(document.createElement("iframe"), { src: link.href, title: document.title, width: "620", height: "460" });
    link.after(" ", button);
    copier(button, () => frame.outerHTML);
  });
}

const cards = () => document.querySelectorAll(".ledger .card.on").forEach((card) => card.classList.remove("on"));
document.querySelectorAll(".ledger mark[data-n]").forEach((mark) => {
  const card = document.getElementById("c" + mark.dataset.n);
  if (!card) return;
  const show = () => {
    cards();
    card.classList.add("on");
    if (matchMedia("(min-width: 60rem)").matches) card.scrollIntoView({ block: "nearest" });
  };
  mark.addEventListener("mouseenter", show);
  mark.addEventListener("focus", show);
  mark.addEventListener("click", () => { show(); card.scrollIntoView({ block: "center" }); });
  mark.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); mark.click(); }
  });
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") cards(); });

// The years of a picture by its own axis: ticks that are years, at their places on the screen.
const ticks = (svg) => [...svg.querySelectorAll("text[text-anchor=middle]")].filter((text) => /^(1[5-9]|20)\d\d$/.test(text.textContent));
const axis = (svg) => {
  const found = ticks(svg);
  const [first, last] = [found[0], found.at(-1)].map((text) => {
    const box = text.getBoundingClientRect();
    return { x: box.left + box.width / 2, year: Number(text.textContent) };
  });
  const slope = (last.year - first.year) / (last.x - first.x);
  return { year: (x) => first.year + (x - first.x) * slope, x: (year) => first.x + (year - first.year) / slope };
};
// What a table has of a place on the axis, and where that stands: its row of the year, or of the part of the year where it has several.
const rowAt = (table, place) => {
  const of = (year) => [...table.tBodies[0].rows].filter((row) => row.cells[0].textContent.match(/\b(1[5-9]|20)\d\d\b/)?.[0] === String(year));
  const parts = of(Math.floor(place)).reverse();
  if (new Set(parts.map((row) => row.cells[0].textContent)).size > 1) return [parts[Math.floor((place % 1) * parts.length)], place];
  return [of(Math.round(place))[0], Math.round(place)];
};
const field = (name) => document.querySelector(`form input[name=${name}]`);
const brushable = field("from") && field("to") && field("from").form === field("to").form;
let told = false;
document.querySelectorAll("main figure").forEach((figure) => {
  const svg = figure.querySelector(":scope > svg");
  const tables = [...figure.querySelectorAll("table.data")];
  if (!svg || !tables.length || ticks(svg).length < 2) return;
  const layer = (name) => figure.appendChild(Object.assign(document.createElement("div"), { className: name, hidden: true }));
  const tip = layer("tip"), guide = layer("guide"), band = layer("band");
  [tip, guide, band].forEach((one) => one.setAttribute("aria-hidden", "true"));
  figure.classList.add("read");
  let begun = null;
  const place = (one, left, width) => {
    const [outer, inner] = [figure.getBoundingClientRect(), svg.getBoundingClientRect()];
    Object.assign(one.style, { left: `${left - outer.left}px`, top: `${inner.top - outer.top}px`, height: `${inner.height}px`, width: `${width}px` });
    one.hidden = false;
  };
  const hide = () => { begun = null; [tip, guide, band].forEach((one) => { one.hidden = true; }); };
  const years = (event) => [begun, event.clientX].map((x) => Math.round(axis(svg).year(x))).sort((a, b) => a - b);
  const show = (event) => {
    const scale = axis(svg);
    const rows = tables.map((table) => [table, ...rowAt(table, scale.year(event.clientX))]).filter(([, row]) => row);
    if (begun !== null) place(band, Math.min(begun, event.clientX), Math.abs(event.clientX - begun));
    guide.hidden = tip.hidden = !rows.length && begun === null;
    if (tip.hidden) return;
    place(guide, begun === null ? scale.x(rows[0][2]) : event.clientX, 1);
    tip.replaceChildren(...(begun !== null ? [years(event).join("–")] : rows.map(([table, row]) => {
      const side = tables.length > 1 ? `${table.caption.textContent.split(". ")[0].split(", ").at(-1)}: ` : "";
      return `${row.cells[0].textContent.trim()} · ${side}${row.cells[1].textContent.trim()} ${table.tHead.rows[0].cells[1].textContent.trim()}`;
    })).map((text) => Object.assign(document.createElement("p"), { textContent: text })));
    const [outer, inner] = [figure.getBoundingClientRect(), svg.getBoundingClientRect()];
    const right = event.clientX > inner.left + inner.width / 2;
    Object.assign(tip.style, {
      top: `${inner.top - outer.top}px`, left: right ? "auto" : `${event.clientX - outer.left + 8}px`, right: right ? `${outer.right - event.clientX + 8}px` : "auto",
    });
  };
  svg.addEventListener("pointermove", show);
  svg.addEventListener("pointerleave", () => { if (begun === null) hide(); });
  if (!brushable) return;
  svg.classList.add("brushable");
  if (!told) figure.querySelector(".under")?.append(Object.assign(document.createElement("p"), { className: "note", textContent: "Drag across the picture to choose years." }));
  told = true;
  svg.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button) return;
    begun = event.clientX;
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointerup", (event) => {
    if (begun === null) return;
    const [from, to] = years(event), far = Math.abs(event.clientX - begun) > 12;
    hide();
    if (!far || from === to) return;
    Object.assign(field("from"), { value: from });
    Object.assign(field("to"), { value: to });
    field("from").form.requestSubmit();
  });
  svg.addEventListener("pointercancel", hide);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
});

let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  opened.forEach((one) => { one.open = true; });
});
addEventListener("afterprint", () => opened.forEach((one) => { one.open = false; }));
