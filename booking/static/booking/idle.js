/* data-idle: says two minutes before the errand ends that it will, and goes on where asked to. */
(() => {
  "use strict";

  const box = document.querySelector("[data-idle]");
  if (!box) return;
  const dialog = box.querySelector("dialog");
  const limit = Number(box.dataset.idle) * 1000;
  const warning = Math.min(120000, limit / 2);
  let since = Date.now();

  const look = () => {
    const idle = Date.now() - since;
    if (idle >= limit) {
      window.location.assign(window.location.href); // the server has closed it and says so
    } else if (idle >= limit - warning && !dialog.open) {
      dialog.showModal();
    }
  };

  const goOn = async () => {
    const answer = await fetch(window.location.href, { credentials: "same-origin" });
    since = Date.now();
    if (answer.redirected) window.location.assign(answer.url);
  };

  dialog.addEventListener("close", goOn);
  document.addEventListener("htmx:afterRequest", () => {
    since = Date.now();
  });
  window.setInterval(look, 5000);
})();
