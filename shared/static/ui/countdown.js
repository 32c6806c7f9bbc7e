/* data-countdown="seconds": counts down on the page's own clock, speaks up only now and then. */
(() => {
  "use strict";

  const SPOKEN = [300, 120, 60, 30];

  const words = (box, left) => {
    const minutes = Math.floor(left / 60);
    const seconds = left % 60;
    const pattern = minutes ? box.dataset.minutes : box.dataset.seconds;
    return pattern.replace("{m}", minutes).replace("{s}", String(seconds).padStart(minutes ? 2 : 1, "0"));
  };

  const start = (box) => {
    if (box.dataset.started) return;
    box.dataset.started = "yes";
    const shown = box.querySelector("[data-left]");
    const spoken = box.querySelector("[data-spoken]");
    const end = performance.now() + Number(box.dataset.countdown) * 1000;
    let last = Infinity;
    const timer = setInterval(tick, 250);

    function tick() {
      const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      if (left === last) return;
      if (!box.isConnected) {
        clearInterval(timer);
        return;
      }
      shown.textContent = words(box, left);
      box.classList.toggle("is-short", left <= 60);
      const due = SPOKEN.find((second) => left <= second && second < last);
      if (due && last !== Infinity) spoken.textContent = words(box, left);
      last = left;
      if (left > 0) return;
      clearInterval(timer);
      box.classList.add("is-over");
      shown.textContent = box.dataset.over;
      spoken.textContent = box.dataset.over;
      box.dispatchEvent(new CustomEvent("countdown:over", { bubbles: true }));
    }
    tick();
  };

  const startAll = (root) => root.querySelectorAll("[data-countdown]").forEach(start);
  startAll(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target.matches("[data-countdown]")) start(event.target);
    startAll(event.target);
  });
})();
