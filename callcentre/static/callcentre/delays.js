/* [data-delays] says what comes late, for as long as it does: one [data-delay="name"] a cause. */
(() => {
  "use strict";

  const box = document.querySelector("[data-delays]");
  if (!box) return;

  document.body.addEventListener("live:delays", (event) => {
    const { delays } = event.detail;
    box.querySelectorAll("[data-delay]").forEach((one) => {
      one.hidden = !delays.includes(one.dataset.delay);
    });
    box.hidden = delays.length === 0;
  });
})();
