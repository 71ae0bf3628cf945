"use strict";
// What this adds: copying a sentence or the code to embed a picture, evidence shown on hover and focus (Esc hides it), and all
// tables open in print. Every page works without it.
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

let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  opened.forEach((one) => { one.open = true; });
});
addEventListener("afterprint", () => opened.forEach((one) => { one.open = false; }));
