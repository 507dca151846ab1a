// Behaviour of the frame. Everything here makes a working page more pleasant; nothing depends on it alone.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  const typing = (element) => element instanceof HTMLElement
    && (element.isContentEditable || /^(input|select|textarea)$/i.test(element.tagName));

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const target = [...document.querySelectorAll("[data-hotkey]")].find((e) => e.dataset.hotkey === event.key);
    if (!target) return;
    event.preventDefault();
    target.focus();
    if (target.select) target.select();
  });

  // Buttons with command and commandfor, in browsers that do not know them yet.
  if (!("commandForElement" in HTMLButtonElement.prototype)) {
    document.addEventListener("click", (event) => {
      const button = event.target.closest && event.target.closest("button[commandfor]");
      const dialog = button && document.getElementById(button.getAttribute("commandfor"));
      if (!(dialog instanceof HTMLDialogElement)) return;
      if (button.getAttribute("command") === "show-modal") dialog.showModal(); else dialog.close();
    });
  }

  // A form that is on its way is not sent twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 8000);
  });

  const theme = () => root.dataset.theme || "";
  const applyTheme = (choice) => {
    if (choice) root.dataset.theme = choice; else delete root.dataset.theme;
    const kept = choice ? "max-age=31536000" : "max-age=0";
    document.cookie = `theme=${choice}; path=/; SameSite=Lax; ${kept}`;
    document.dispatchEvent(new CustomEvent("seawall:theme"));
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    document.dispatchEvent(new CustomEvent("seawall:theme"));
  });

  // Paper is light: charts are drawn again in light colours while the page is printed.
  let onScreen;
  addEventListener("beforeprint", () => {
    onScreen = theme();
    root.dataset.theme = "light";
    document.dispatchEvent(new CustomEvent("seawall:theme"));
  });
  addEventListener("afterprint", () => {
    if (onScreen) root.dataset.theme = onScreen; else delete root.dataset.theme;
    document.dispatchEvent(new CustomEvent("seawall:theme"));
  });

  document.addEventListener("alpine:init", () => {
    const Alpine = window.Alpine;
    Alpine.data("theme", () => ({
      init() { this.mark(); },
      choose(event) { applyTheme(event.currentTarget.dataset.themeChoice); this.mark(); },
      mark() {
        for (const button of this.$root.querySelectorAll("[data-theme-choice]")) {
          button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme()));
        }
      },
    }));
    // A part of a page that opens and closes: x-data="disclosure", @click="toggle", x-show="open".
    Alpine.data("disclosure", () => ({
      open: false,
      toggle() { this.open = !this.open; },
    }));
  });
})();
