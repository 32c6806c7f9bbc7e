/* form[data-passkey="make"|"use"] with data-options: the browser makes or uses a passkey, its answer
   goes into the field "answer" and the form is sent. Without passkeys the form stays hidden. */
(() => {
  "use strict";

  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));

  const words = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");

  const listed = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const make = async ({ publicKey }) =>
    navigator.credentials.create({
      publicKey: {
        ...publicKey,
        challenge: bytes(publicKey.challenge),
        user: { ...publicKey.user, id: bytes(publicKey.user.id) },
        excludeCredentials: listed(publicKey.excludeCredentials),
      },
    });

  const use = async ({ publicKey }) =>
    navigator.credentials.get({
      publicKey: {
        ...publicKey,
        challenge: bytes(publicKey.challenge),
        allowCredentials: listed(publicKey.allowCredentials),
      },
    });

  const told = (credential) => {
    const response = {};
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(
      (name) => {
        if (credential.response[name]) response[name] = words(credential.response[name]);
      },
    );
    const { id, type } = credential;
    return JSON.stringify({ id, rawId: words(credential.rawId), type, response });
  };

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    const area = form.closest("[data-passkey-area]") || form;
    area.hidden = false;
    const problem = form.querySelector("[data-passkey-problem]");
    form.addEventListener("submit", async (event) => {
      if (form.elements.answer.value) return;
      event.preventDefault();
      problem.hidden = true;
      try {
        const options = JSON.parse(form.dataset.options);
        const work = form.dataset.passkey === "make" ? make : use;
        form.elements.answer.value = told(await work(options));
        form.requestSubmit();
      } catch {
        problem.hidden = false;
      }
    });
    window.addEventListener("pageshow", () => {
      form.elements.answer.value = "";
    });
  });
})();
