/* The open desk: counts that change while somebody talks, the clock of the call, the lease's beat. */
(() => {
  "use strict";

  const root = document.querySelector("[data-live]");
  if (!root) return;

  /* The clock of the call. */
  const clocks = [...document.querySelectorAll("[data-clock]")];
  const tick = () =>
    clocks.forEach((clock) => {
      const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(clock.dataset.clock)) / 1000));
      const rest = String(seconds % 60).padStart(2, "0");
      clock.textContent = `${Math.floor(seconds / 60)}:${rest}`;
    });
  if (clocks.length) {
    tick();
    setInterval(tick, 1000);
  }

  /* The lease lasts while the page is open. */
  const token = document.querySelector("input[name='csrfmiddlewaretoken']");
  if (root.dataset.heartbeat && token) {
    setInterval(() => {
      fetch(root.dataset.heartbeat, {
        method: "POST",
        headers: { "X-CSRFToken": token.value, "X-By-Itself": "1" },
      }).catch(() => {});
    }, 25000);
  }

  /* Somebody else is dealing with the person, or must approve: look again, unless one is typing. */
  if (document.querySelector("[data-retry]")) {
    setInterval(() => {
      const typing = document.querySelector("#find-form input[type='text']:focus");
      const choosing = [...document.querySelectorAll("[data-retry] select")].some(
        (one) => one.value || one === document.activeElement,
      );
      if (!typing && !choosing && !document.querySelector("dialog[open]")) location.reload();
    }, 5000);
  }

  /* What is stale may not be booked: fresh is an answer of the last seconds, or an open socket. */
  const FRESH_MS = 10000;
  const banner = document.querySelector("[data-cut-off]");
  const light = document.querySelector("[data-live-state]");
  const words = root.dataset;
  let cut = true;
  let answered = Date.now(); // the page itself is an answer
  let gone = false;

  const forms = [...document.querySelectorAll("form[data-needs-fresh]")];

  const settle = () => {
    const fresh = Date.now() - answered < FRESH_MS || !cut;
    if (banner) banner.hidden = fresh;
    if (light) {
      light.dataset.tone = cut ? "caution" : "positive";
      light.textContent = cut ? words.wordsAsking : words.wordsLive;
    }
    forms.forEach((form) => {
      form.querySelectorAll("button").forEach((button) => {
        button.disabled = !fresh || gone;
      });
      const stale = form.querySelector("[data-stale-words]");
      if (stale) {
        stale.hidden = fresh && !gone;
        stale.textContent = gone ? words.wordsGone : words.wordsStale;
      }
    });
  };

  const put = (holder, name, value) => {
    const place = holder.querySelector(`[data-${name}]`);
    if (!place || place.textContent === value) return;
    place.textContent = value;
    place.classList.add("is-changed");
    setTimeout(() => place.classList.remove("is-changed"), 3000);
  };

  const LEVELS = ["many", "few", "none", "closed"];

  const paint = (found) => {
    gone = false;
    Object.entries(found.slots).forEach(([id, [both, phone, level]]) => {
      document.querySelectorAll(`[data-slot="${id}"]`).forEach((line) => {
        put(line, "both", both);
        put(line, "phone", phone);
        const free = level === "many" || level === "few";
        const radio = line.querySelector("input[type='radio']");
        if (radio) {
          radio.disabled = !free;
          LEVELS.forEach((one) => line.classList.toggle(`slot--${one}`, one === level));
        } else {
          const lost = !free && line.dataset.held === undefined; // what is held here is not gone
          line.classList.toggle("is-gone", lost);
          gone = gone || lost;
        }
      });
    });
    Object.entries(found.days).forEach(([key, [left, level]]) => {
      const cell = document.querySelector(`[data-cell="${key}"]`);
      if (!cell) return;
      put(cell, "left", String(left));
      LEVELS.forEach((one) => cell.classList.toggle(`days__cell--${one}`, one === level));
    });
  };

  let tag = "";
  let asking = false;
  let wanted = 0;

  const ask = async (seq) => {
    wanted = Math.max(wanted, seq || 0);
    if (!root.dataset.places || asking) return;
    asking = true;
    try {
      const query = new URLSearchParams({
        seq: String(wanted),
        since: root.dataset.since || "",
        venue: root.dataset.venue || "",
        day: root.dataset.day || "",
        slots: (root.dataset.slots || "").trim().replace(/\s+/g, ","),
      });
      const headers = { "X-By-Itself": "1" };
      if (tag) headers["If-None-Match"] = tag;
      const answer = await fetch(`${root.dataset.places}?${query}`, {
        headers,
        redirect: "error",
        cache: "no-store",
      });
      if (answer.ok) {
        const found = await answer.json();
        tag = answer.headers.get("ETag") || "";
        paint(found);
      }
      if (answer.ok || answer.status === 304) answered = Date.now();
    } catch {
      /* settle() says how stale the page is */
    } finally {
      asking = false;
      settle();
    }
  };

  document.body.addEventListener("live:places", (event) => ask(event.detail.seq));
  /* The time of a hold is over: from now on others may take the place. */
  document.body.addEventListener("countdown:over", () => {
    document.querySelectorAll("[data-held]").forEach((line) => delete line.dataset.held);
    tag = "";
    ask(0);
  });
  document.body.addEventListener("live:state", (event) => {
    const came = cut && !event.detail.cut;
    cut = event.detail.cut;
    if (came) ask(0);
    settle();
  });
  document.body.addEventListener("live:ended", () => location.reload());
  settle();
})();
