// Dragging a visit to another day: fills the form below the calendar and sends it. Typing does the same.

const form = document.querySelector("#moved");
const day = (event) => event.target.closest?.("[data-drop-day]");
let dragged = null;

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-stop]") ?? null;
  if (dragged) event.dataTransfer.effectAllowed = "move";
});

document.addEventListener("dragover", (event) => {
  if (!dragged || !day(event)) return;
  event.preventDefault();
  day(event).classList.add("dropping");
});

document.addEventListener("dragleave", (event) => day(event)?.classList.remove("dropping"));

document.addEventListener("drop", (event) => {
  const cell = day(event);
  if (!dragged || !cell || !form) return;
  event.preventDefault();
  cell.classList.remove("dropping");
  const { stop, from } = dragged.dataset;
  dragged = null;
  if (cell.dataset.dropDay === from) return;
  form.elements.account.value = stop;
  form.elements.from_on.value = from;
  form.elements.to_on.value = cell.dataset.dropDay;
  form.requestSubmit();
});
