// For every page: copying, large type, and saying to a screen reader what happened. Pages work without it.
"use strict";
(() => {
  const say = (words) => {
    const box = document.getElementById("said");
    if (!box) return;
    box.textContent = "";
    setTimeout(() => { box.textContent = words; }, 60);
  };
  window.gazetteSay = say;

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // No clipboard outside a secure context (plain http on an office network): the old way.
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "away";
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest && event.target.closest("button.copy");
    if (!button) return;
    const source = button.closest(".inside, .reply, section").querySelector(".cite-text");
    // innerText knows no line breaks in what is not shown, so they are read from the <br>s.
    const text = [...source.childNodes].map((n) => (n.nodeName === "BR" ? "\n" : n.textContent)).join("");
    const done = await copy(text);
    const words = button.dataset.words || button.textContent;
    button.dataset.words = words;
    button.textContent = done ? "已复制" : "请手动选择复制";
    say(button.textContent);
    button.focus();
    setTimeout(() => { button.textContent = words; }, 2000);
  });
  for (const button of document.querySelectorAll("main button.copy[hidden]")) button.hidden = false;

  // Large type is kept on this device only.
  const nav = document.querySelector(".top nav");
  if (nav) {
    const toggle = document.createElement("button");
    toggle.type = "button";
    toggle.textContent = "大字";
    const show = (large) => {
      if (large) document.documentElement.dataset.size = "large";
      else delete document.documentElement.dataset.size;
      toggle.setAttribute("aria-pressed", String(large));
    };
    let large = false;
    try { large = localStorage.getItem("size") === "large"; } catch { /* storage is switched off */ }
    show(large);
    toggle.addEventListener("click", () => {
      large = !large;
      show(large);
      try { localStorage.setItem("size", large ? "large" : "normal"); } catch { /* as above */ }
    });
    nav.append(toggle);
    for (const link of nav.querySelectorAll("a")) {
      if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    }
  }
})();
