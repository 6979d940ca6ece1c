// The chat page: from a citation to its clause and back, by mouse and by keyboard.
"use strict";
(() => {
  let cameFrom = null;

  const openCard = (card) => {
    for (let up = card; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    const inner = card.querySelector("details");
    if (inner) inner.open = true;
    for (const other of document.querySelectorAll(".card.hit")) other.classList.remove("hit");
    card.classList.add("hit");
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('#talk a[href*="#t"]');
    if (!link) return;
    const card = document.getElementById(link.hash.slice(1));
    if (!card) return;
    event.preventDefault();
    cameFrom = link;
    openCard(card);
  }, true);

  const goBack = () => {
    if (!cameFrom || !cameFrom.isConnected) return false;
    cameFrom.focus({ preventScroll: true });
    cameFrom.scrollIntoView({ block: "center" });
    return true;
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest && event.target.closest("button.back") && !goBack()) {
      document.querySelector("#question textarea")?.focus();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest && event.target.closest(".card")) goBack();
    // Enter that picks a word in a Chinese input method is not Enter that asks.
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopPropagation();
  }, true);

  // What changed is said once, from one place; a new question is brought into view.
  let lastStatus = "";
  let lastShown = "";
  const look = () => {
    const talk = document.querySelector("#talk");
    if (talk && !talk.hasAttribute("role")) {
      talk.setAttribute("role", "region");
      talk.setAttribute("aria-label", "对话");
    }
    const status = document.querySelector("#status")?.textContent.trim() || "";
    if (status && status !== lastStatus) window.gazetteSay(status);
    lastStatus = status;
    const asked = document.querySelectorAll("#talk .asked");
    if (asked.length) {
      // Twice: when the question is shown, and when its answer makes the page long enough to bring it to the top.
      const last = asked[asked.length - 1];
      const shown = `${last.id} ${Boolean(last.parentElement.querySelector(".pending"))}`;
      if (shown !== lastShown) last.scrollIntoView({ block: "start" });
      lastShown = shown;
    }
    const main = document.querySelector("gradio-app main");
    if (main && main.id !== "main") {
      main.id = "main";
      main.tabIndex = -1;
    }
  };
  new MutationObserver(look).observe(document.querySelector("gradio-app"), { childList: true, subtree: true, characterData: true });
})();
