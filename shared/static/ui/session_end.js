/* data-session-end="seconds": says two minutes before the end that somebody will be signed out, and
   goes on where asked to. The server knows the end: another window may have been at work.
   After the end what was typed stays on the page behind a curtain until its owner is back. */
(() => {
  "use strict";

  const box = document.querySelector("[data-session-end]");
  if (!box) return;
  const warning = document.getElementById("session-warning");
  const curtain = document.getElementById("session-over");
  const WARN_MS = 120000;
  const WORKED_MS = 60000;
  let ends = Date.now() + Number(box.dataset.sessionEnd) * 1000;
  let asking = false;
  let quiet = false; // a warning that was put away and cannot be helped is not shown again
  let worked = false;

  const show = (dialog) => {
    document.querySelectorAll("dialog[open]").forEach((one) => one !== dialog && one.close());
    if (!dialog.open) dialog.showModal();
  };

  /* Ask the server, or tell it that somebody is here; null where nobody is signed in any more. */
  const ask = async (method) => {
    const headers = { Accept: "application/json" };
    const token = document.querySelector("input[name='csrfmiddlewaretoken']");
    if (method === "POST") headers["X-CSRFToken"] = token ? token.value : "";
    else headers["X-By-Itself"] = "1";
    const answer = await fetch(box.dataset.url, {
      method, headers, credentials: "same-origin", redirect: "manual", cache: "no-store",
    });
    if (!answer.ok) {
      if (answer.type === "opaqueredirect" || answer.status === 403) return null;
      throw new Error(String(answer.status));
    }
    const found = await answer.json();
    return found.whose === box.dataset.whose ? found : null;
  };

  const typed = () =>
    [...document.querySelectorAll("main form[method='post' i] :is(input, textarea, select)")].some((one) => {
      if (one.type === "hidden" || one.type === "password" || one.disabled) return false;
      if (one.type === "checkbox" || one.type === "radio") return one.checked !== one.defaultChecked;
      if (one.tagName === "SELECT")
        return [...one.options].some((option) => option.selected !== option.defaultSelected && option.value);
      return one.value !== one.defaultValue;
    });

  const over = () => {
    if (curtain.open) return;
    if (typed()) {
      show(curtain);
      return;
    }
    const here = encodeURIComponent(location.pathname + location.search);
    location.replace(`${box.dataset.signIn}?next=${here}`);
  };

  const learn = (found) => {
    if (!found || found.left <= 0) {
      over();
      return;
    }
    ends = Date.now() + found.left * 1000;
    const left = ends - Date.now();
    if (left > WARN_MS) {
      quiet = false;
      if (warning.open) warning.close();
      return;
    }
    box.querySelectorAll("[data-may-go-on], [data-go-on]").forEach((one) => {
      one.hidden = !found.may_go_on;
    });
    box.querySelectorAll("[data-may-not]").forEach((one) => {
      one.hidden = found.may_go_on;
    });
    if (!quiet && !curtain.open) show(warning);
  };

  const send = async (method) => {
    if (asking) return;
    asking = true;
    try {
      learn(await ask(method));
    } catch {
      if (Date.now() >= ends) over(); // the server does not answer: the page keeps its own clock
    } finally {
      asking = false;
    }
  };

  const words = warning.querySelector("[data-left]");
  const look = () => {
    const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    words.textContent = words.dataset.left
      .replace("{m}", Math.floor(left / 60))
      .replace("{s}", String(left % 60).padStart(2, "0"));
    if (curtain.open) return;
    if (left * 1000 <= WARN_MS && (!warning.open || left === 0) && (!quiet || left === 0)) send("GET");
  };

  warning.addEventListener("close", () => {
    quiet = Date.now() >= ends - WARN_MS;
  });
  warning.addEventListener("cancel", () => send("POST")); // Escape, too, says that somebody is here
  box.querySelector("[data-go-on]").addEventListener("click", () => send("POST"));
  curtain.addEventListener("cancel", (event) => event.preventDefault());
  curtain.querySelector("[data-back]").addEventListener("click", async () => {
    const problem = curtain.querySelector("[data-not-yet]");
    problem.hidden = true;
    const found = await ask("GET").catch(() => null);
    if (!found) {
      problem.hidden = false;
      return;
    }
    document.querySelectorAll("input[name='csrfmiddlewaretoken']").forEach((one) => {
      one.value = found.token;
    });
    if (document.body.hasAttribute("hx-headers"))
      document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": found.token }));
    ends = Date.now() + found.left * 1000;
    curtain.close();
  });

  /* Whoever is typing is here, though no page is sent: the server hears of it once a minute. */
  document.addEventListener("input", () => {
    worked = true;
  });
  setInterval(() => {
    if (!worked || curtain.open || warning.open) return;
    worked = false;
    send("POST");
  }, WORKED_MS);
  document.addEventListener("htmx:afterRequest", () => {
    if (Date.now() < ends - WARN_MS) return;
    send("GET");
  });
  setInterval(look, 1000);
  look();
})();
