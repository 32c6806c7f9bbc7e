/* What was swapped in is where one goes on: the focus follows, for keyboards and for ears. */
document.addEventListener("htmx:afterSettle", () => {
  const chooser = document.getElementById("chooser");
  if (chooser && !document.activeElement.closest("#chooser")) chooser.focus({ preventScroll: true });
});
