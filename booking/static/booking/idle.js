/* data-idle: says two minutes before the errand ends that it will, and goes on where asked to.
   data-longest: says once that the errand ends in any case, however much is done. */
(() => {
  "use strict";

  const box = document.querySelector("[data-idle]");
  if (!box) return;
  const dialog = document.getElementById("idle");
  const last = document.getElementById("longest");
  const limit = Number(box.dataset.idle) * 1000;
  const longest = Number(box.dataset.longest) * 1000;
  const warning = Math.min(120000, limit / 2);
  const opened = Date.now();
  let since = opened;
  let told = false;

  const look = () => {
    const idle = Date.now() - since;
    const age = Date.now() - opened;
    if (idle >= limit || (longest && age >= longest)) {
      window.location.assign(window.location.href); // the server has closed it and says so
    } else if (longest && age >= longest - warning && !told) {
      told = true;
      if (dialog.open) dialog.close();
      last.showModal();
    } else if (idle >= limit - warning && !dialog.open && !last.open) {
      dialog.showModal();
    }
  };

  const goOn = async () => {
    since = Date.now();
    const answer = await fetch(window.location.href, { credentials: "same-origin" });
    if (answer.redirected) window.location.assign(answer.url);
  };

  dialog.addEventListener("close", goOn);
  document.addEventListener("htmx:afterRequest", () => {
    since = Date.now();
  });
  window.setInterval(look, 5000);
})();
