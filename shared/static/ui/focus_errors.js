/* data-error-summary: when a form comes back, the list of what is wrong is read first. */
(() => {
  "use strict";

  const show = (root) => {
    const summary = root.querySelector("[data-error-summary]");
    if (!summary) return;
    const prefix = summary.dataset.titlePrefix;
    if (prefix && !document.title.startsWith(prefix)) document.title = prefix + document.title;
    summary.focus();
  };

  show(document);
  document.addEventListener("htmx:afterSettle", (event) => show(event.target));

  /* A link in the list moves to the field itself, not only to its place on the page. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-error-summary] a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.scrollIntoView({ block: "center" });
  });
})();
