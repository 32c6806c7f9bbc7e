/* Live pages. The socket only rings ({topic, seq}); what is new is fetched over HTTP, by sequence.
   Cut off: the page asks every few seconds by itself, says so, and lets nothing stale be booked.

   data-live="/live/" data-topics="places board" on an element switches it on. It fires
   `live:<topic>` with {seq} when something newer exists, `live:state` with {cut, fresh}, and
   `live:delays` with what comes late. */
(() => {
  "use strict";

  const root = document.querySelector("[data-live]");
  if (!root) return;

  const topics = (root.dataset.topics || "").split(" ").filter(Boolean);
  const RIGHTS_GONE = 4401;
  const REFUSED = 4403;
  const QUIET_MS = 20000; // the server sends its sequences every 12 s
  const BEAT_MS = 15000;
  const ASK_MS = 4000;
  const known = {};
  let socket = null;
  let heard = 0;
  let failures = 0;
  let ended = false;

  const tell = (name, detail) =>
    document.body.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));

  const isOpen = () =>
    socket !== null && socket.readyState === WebSocket.OPEN && Date.now() - heard < QUIET_MS;

  const learn = (topic, seq) => {
    if (!topics.includes(topic) || seq <= (known[topic] || 0)) return;
    known[topic] = seq;
    tell(`live:${topic}`, { seq });
  };

  const hear = (event) => {
    heard = Date.now();
    let told;
    try {
      told = JSON.parse(event.data);
    } catch {
      return;
    }
    if (told.seqs) Object.entries(told.seqs).forEach(([topic, seq]) => learn(topic, seq));
    else if (told.delays) tell("live:delays", { delays: told.delays });
    else if (told.topic) learn(told.topic, told.seq);
    state();
  };

  const connect = () => {
    if (ended || !("WebSocket" in window)) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}${root.dataset.live}`);
    socket.addEventListener("open", () => {
      failures = 0;
      heard = Date.now();
      socket.send(JSON.stringify({ type: "subscribe", topics }));
      state();
    });
    socket.addEventListener("message", hear);
    socket.addEventListener("close", (event) => {
      socket = null;
      if (event.code === RIGHTS_GONE || event.code === REFUSED) {
        ended = true;
        tell("live:ended", { code: event.code });
      } else {
        again();
      }
      state();
    });
  };

  /* Everybody comes back at another moment: 300 consoles must not return together. */
  const again = () => {
    failures += 1;
    const most = Math.min(30000, 500 * 2 ** Math.min(failures, 6));
    setTimeout(connect, 250 + Math.random() * most);
  };

  const state = () => tell("live:state", { cut: !isOpen(), ended });

  /* No socket: ask by hand; a page that listens fetches and finds out by the entity tag. */
  setInterval(() => {
    if (!isOpen()) topics.forEach((topic) => tell(`live:${topic}`, { seq: 0 }));
    state();
  }, ASK_MS);

  setInterval(() => {
    if (socket && socket.readyState === WebSocket.OPEN) {
      if (Date.now() - heard > QUIET_MS * 2) socket.close();
      else socket.send(JSON.stringify({ type: "heartbeat" }));
    }
  }, BEAT_MS);

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) topics.forEach((topic) => tell(`live:${topic}`, { seq: 0 }));
  });

  connect();
})();
