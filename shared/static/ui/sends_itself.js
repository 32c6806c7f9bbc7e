/* data-sends-itself: a form that waits for nobody; without scripts its button is pressed. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-sends-itself]");
  // Coming back with the browser's own button must not send it a second time.
  const [entry] = performance.getEntriesByType("navigation");
  if (form && (!entry || entry.type !== "back_forward")) form.requestSubmit();
})();
