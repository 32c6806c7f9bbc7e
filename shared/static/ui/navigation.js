/* The menu is wider than a small screen: show where one is, without moving the page. */
(() => {
  "use strict";

  for (const current of document.querySelectorAll(".staff-nav a[aria-current], .tabs a[aria-current]")) {
    const row = current.closest("ul");
    if (row && row.scrollWidth > row.clientWidth)
      row.scrollLeft = current.offsetLeft - row.offsetLeft - (row.clientWidth - current.offsetWidth) / 2;
  }
})();
