/* data-confirm="question": ask once more before a button or an htmx request does its work. */
(() => {
  "use strict";

  const frame = () => document.getElementById("ui-confirm");

  const ask = (question, label) =>
    new Promise((answer) => {
      const dialog = frame();
      if (!dialog) {
        answer(window.confirm(question));
        return;
      }
      const yes = dialog.querySelector("[data-yes]");
      dialog.querySelector("[data-question]").textContent = question;
      yes.textContent = label || yes.dataset.yes;
      dialog.returnValue = "";
      dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
      dialog.showModal();
    });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-confirm]");
    if (!button || !button.form || button.dataset.confirmed) return;
    event.preventDefault();
    ask(button.dataset.confirm, button.dataset.confirmLabel).then((granted) => {
      if (!granted) {
        button.focus();
        return;
      }
      button.dataset.confirmed = "yes";
      button.form.requestSubmit(button);
      delete button.dataset.confirmed;
    });
  });

  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question, event.detail.elt.dataset.confirmLabel).then((granted) => {
      if (granted) event.detail.issueRequest(true);
    });
  });
})();
