/* data-shortcut="F2": the key goes to that field, or presses that button or link. Shown beside it.
   data-arrows: arrow keys walk through the links of a table. While an input method is composing,
   the keys are its own. */
(() => {
  "use strict";

  const visible = (one) => one.offsetParent !== null && !one.disabled;

  const shortcut = (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    const found = [...document.querySelectorAll(`[data-shortcut="${event.key}"]`)].find(visible);
    if (!found) return;
    event.preventDefault();
    if (found.matches("input[type='checkbox']")) {
      found.checked = !found.checked;
      found.focus();
    } else if (found.matches("input, select, textarea")) {
      found.focus();
      if (found.select) found.select();
    } else {
      found.focus();
      found.click();
    }
  };

  const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

  const walk = (event) => {
    const step = STEPS[event.key];
    const table = event.target.closest("table[data-arrows]");
    const cell = event.target.closest("td");
    if (!step || !table || !cell) return;
    event.preventDefault();
    const rows = [...table.tBodies[0].rows];
    let row = rows.indexOf(cell.parentElement);
    let column = cell.cellIndex;
    for (;;) {
      row += step[0];
      column += step[1];
      const next = rows[row] && rows[row].cells[column];
      if (!next || next.tagName !== "TD") return;
      const link = next.querySelector("a");
      if (link) {
        link.focus();
        return;
      }
    }
  };

  document.addEventListener("keydown", (event) => {
    if (/^F\d{1,2}$/.test(event.key)) shortcut(event);
    else walk(event);
  });
})();
