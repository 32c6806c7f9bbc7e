/* One window works, the others read. Each window has a name of its own that its forms carry along;
   the server knows which one works, and the live socket tells the others at once. */
(() => {
  "use strict";

  const root = document.querySelector("[data-console]");
  const token = document.querySelector("input[name='csrfmiddlewaretoken']");
  if (!root || !token) return;
  const KEY = "console_window";
  const BEAT_MS = 25000;
  const banner = document.querySelector("[data-elsewhere]");
  const news = document.querySelector("[data-desk-news]");
  let known = Number(root.dataset.newsSeq);

  const fresh = () => crypto.randomUUID().replace(/-/g, "");
  let name = sessionStorage.getItem(KEY) || fresh();
  sessionStorage.setItem(KEY, name);

  /* A tab that was duplicated has its sister's name: whoever was there first keeps it. */
  if ("BroadcastChannel" in window) {
    const me = fresh();
    const channel = new BroadcastChannel("console-windows");
    channel.addEventListener("message", ({ data }) => {
      if (data.asks === name && data.me !== me) channel.postMessage({ taken: name, to: data.me });
      if (data.to === me && data.taken === name) {
        name = fresh();
        sessionStorage.setItem(KEY, name);
        beat();
      }
    });
    channel.postMessage({ asks: name, me });
  }

  const settle = (here) => {
    banner.hidden = here;
    document.querySelectorAll("main form:not([data-takes])").forEach((form) => {
      form.inert = !here;
    });
  };

  const beat = async () => {
    try {
      const answer = await fetch(root.dataset.console, {
        method: "POST",
        headers: {
          "X-CSRFToken": token.value, "X-By-Itself": "1",
          "Content-Type": "application/x-www-form-urlencoded",
        },
        body: new URLSearchParams({ [KEY]: name }),
        redirect: "error",
      });
      if (!answer.ok) return;
      const told = await answer.json();
      settle(told.here);
      if (told.seq > known && told.words) {
        news.querySelector("[data-desk-words]").textContent = told.words;
        news.hidden = false;
      }
      known = Math.max(known, told.seq);
    } catch {
      /* the next beat finds out */
    }
  };

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (form.method !== "post" || form.elements[KEY]) return;
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = KEY;
      field.value = name;
      form.append(field);
    },
    true,
  );

  document.body.addEventListener("live:desk", (event) => {
    if (event.detail.seq !== 0 && event.detail.seq <= known) return;
    beat();
  });
  setInterval(beat, BEAT_MS);
  if (!banner.hidden) settle(false);
  beat();
})();
