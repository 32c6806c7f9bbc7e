// Asks where one stands, at the moments the house proposes; reads out only what matters.
(() => {
  "use strict";
  const turn = document.getElementById("turn");
  if (!turn) return;
  const said = document.querySelector("[data-said]");
  const cut = document.querySelector("[data-cut]");
  const QUIET = 120000; // read out the same kind of news at most every two minutes
  let state = turn.dataset.state;
  let toldAhead = ahead();
  let toldAt = Date.now();

  function ahead() {
    const found = turn.querySelector("[data-ahead]");
    return found ? Number(found.dataset.ahead.replace(/\D/g, "")) : 0;
  }

  function tell() {
    const now = ahead();
    const isNews = turn.dataset.state !== state || (now * 2 <= toldAhead && Date.now() - toldAt > 15000);
    if (!isNews && Date.now() - toldAt < QUIET) return;
    state = turn.dataset.state;
    toldAhead = now;
    toldAt = Date.now();
    const sentence = turn.querySelector("[data-sentence]");
    const heading = turn.querySelector("h1");
    said.textContent = `${heading ? heading.textContent : ""} ${sentence ? sentence.textContent : ""}`;
    if (heading) document.title = heading.textContent;
  }

  function show(html) { // parsed, not run: what stands there is ours, and numbers
    const parsed = new DOMParser().parseFromString(html, "text/html");
    if (parsed.body.textContent !== turn.textContent) turn.replaceChildren(...parsed.body.childNodes);
  }

  function goIn() {
    if (document.visibilityState === "visible") window.location.reload();
    else document.addEventListener("visibilitychange", () => window.location.reload(), { once: true });
  }

  async function look() {
    let next = 15;
    try {
      const answer = await fetch(turn.dataset.turn, { cache: "no-store", credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      next = told.next;
      show(told.html);
      turn.dataset.state = told.state;
      cut.hidden = true;
      tell();
      if (told.state === "called" || told.state === "inside" || told.state === "alone") {
        if (told.state === "alone") setTimeout(goIn, next * 1000);
        else setTimeout(goIn, 1500);
        return;
      }
    } catch {
      cut.hidden = false;
      next = 10 + Math.random() * 10;
    }
    setTimeout(look, next * 1000);
  }

  setTimeout(look, Number(turn.dataset.next) * 1000);
})();
