"use strict";
// What this adds: copying a sentence, evidence shown on hover and focus (Esc hides it), and all tables open in print. Every page works without it.
document.querySelectorAll("button[data-copy]").forEach((button) => {
  if (!navigator.clipboard) return;
  button.hidden = false;
  const word = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = word; }, 2000);
  });
});

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
