// A threshold as a slider and as a number beside it: moving one moves the other.
for (const number of document.querySelectorAll("input[data-slider]")) {
  const slider = document.getElementById(number.dataset.slider);
  slider.addEventListener("input", () => { number.value = slider.value; });
  number.addEventListener("change", () => {
    slider.value = number.value;
    number.value = slider.value;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
