// Forms that grow, amounts that are read back, and words that are copied. Everything works without it.
(() => {
  "use strict";

  // Rows: <div data-rows="7"> … <template> with __i__ … <button data-add>. An emptied row is left out by the server.
  const add = (box) => {
    const pattern = box.querySelector("template");
    const place = Number(box.dataset.rows);
    box.dataset.rows = String(place + 1);
    const holder = document.createElement("div");
    holder.innerHTML = pattern.innerHTML.replaceAll("__i__", String(place));
    const row = holder.firstElementChild;
    box.querySelector("[data-list]").append(row);
    const first = row.querySelector("input, select");
    if (first) first.focus();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add], [data-remove], [data-copy]");
    if (!button) return;
    if (button.hasAttribute("data-add")) {
      event.preventDefault();
      add(button.closest("[data-rows]"));
    } else if (button.hasAttribute("data-remove")) {
      event.preventDefault();
      const row = button.closest("[data-row]");
      const near = row.nextElementSibling || row.previousElementSibling;
      row.remove();
      const next = near && near.querySelector("input, select");
      if (next) next.focus();
    } else {
      const text = document.getElementById(button.dataset.copy).textContent.trim();
      navigator.clipboard.writeText(text).then(() => {
        const said = button.querySelector("[data-said]");
        const before = said.textContent;
        said.textContent = button.dataset.done;
        setTimeout(() => { said.textContent = before; }, 2000);
      });
    }
  });

  // The section that is open stays in sight where the sections scroll sideways.
  const here = document.querySelector(".sections [aria-current]");
  if (here) here.closest(".sections").scrollLeft = here.offsetLeft - 48;

  // Amounts as the server will read them: either width, thousands, 万 and 亿.
  const units = { "万": 1e4, "亿": 1e8 };
  const read = (text) => {
    const plain = text.normalize("NFKC").replace(/[\s,，]/g, "");
    const match = /^(\d+(?:\.\d+)?)(万|亿|万亿)?$/.exec(plain);
    if (!match) return null;
    let value = Number(match[1]);
    for (const unit of match[2] || "") value *= units[unit];
    return value;
  };
  const english = document.documentElement.lang === "en";
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.dataset || !field.dataset.amount) return;
    let said = field.closest(".field").querySelector(".read-as");
    if (!said) {
      said = document.createElement("output");
      said.className = "read-as";
      (field.closest(".with-unit") || field).after(said);
    }
    const value = read(field.value);
    if (value === null) { said.textContent = ""; return; }
    const shown = value.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    said.textContent = english ? `${field.dataset.amount}\u00a0${shown}` : `${shown}\u00a0元`;
  });
})();
