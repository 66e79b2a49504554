// A threshold as a slider and as a number beside it: moving one moves the other. The form listens to sliders only.
for (const number of document.querySelectorAll("input[data-slider]")) {
  const slider = document.getElementById(number.dataset.slider);
  slider.addEventListener("input", () => { number.value = slider.value; });
  number.addEventListener("input", (event) => event.stopPropagation());
  number.addEventListener("change", (event) => {
    event.stopPropagation();
    if (number.value !== "") {
      slider.value = number.value;
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    }
    number.value = slider.value;
  });
}
