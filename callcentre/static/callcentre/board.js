/* The board's clocks, and how its news arrive. What changed is swapped in by htmx. */
(() => {
  "use strict";

  const root = document.querySelector("[data-live]");
  if (!root) return;

  const tick = () =>
    document.querySelectorAll("[data-clock]").forEach((clock) => {
      const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(clock.dataset.clock)) / 1000));
      const rest = String(seconds % 60).padStart(2, "0");
      clock.textContent = `${Math.floor(seconds / 60)}:${rest}`;
    });
  setInterval(tick, 1000);
  document.body.addEventListener("htmx:afterSwap", tick);
  tick();

  const light = document.querySelector("[data-live-state]");
  document.body.addEventListener("live:state", (event) => {
    light.dataset.tone = event.detail.cut ? "caution" : "positive";
    light.textContent = event.detail.cut ? root.dataset.wordsAsking : root.dataset.wordsLive;
  });
  document.body.addEventListener("live:ended", () => location.reload());
})();
