/* data-submit-once: a form is sent once; a second press waits for the answer to the first. */
(() => {
  "use strict";

  const buttons = (form) => form.querySelectorAll("button:not([type='button'])");

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-submit-once") || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    buttons(form).forEach((button) => {
      button.setAttribute("aria-disabled", "true");
    });
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  });

  const release = (form) => {
    delete form.dataset.sent;
    buttons(form).forEach((button) => {
      button.removeAttribute("aria-disabled");
      button.removeAttribute("aria-busy");
    });
  };

  /* Coming back with the browser's own button must find a form that works. */
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach(release);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest("form[data-sent]");
    if (form) release(form);
  });
})();
