/** The rows of a carousel in their order: which may move, which place each radio ("Cover") stands for. */

import { act } from "./upload-row.js";

/** The rows as they stand, into the radios and the buttons; without radios there is no order to keep. */
export function number(rows) {
  const radios = rows.map((row) => row.querySelector("input[type=radio]"));
  if (!radios[0]) return;
  rows.forEach((row, place) => {
    radios[place].value = place;
    act(row, "earlier").disabled = place === 0;
    act(row, "later").disabled = place === rows.length - 1;
  });
  if (!radios.some((radio) => radio.checked)) radios[0].checked = true;
}

/** `way` is `earlier` or `later`. */
export function move(row, way) {
  if (way === "earlier") row.previousElementSibling?.before(row);
  else row.nextElementSibling?.after(row);
}

/** Moving takes the focus from what is moved; a button that has become useless passes it on. */
export function keepFocus(row, button) {
  const keeps = button.disabled ? [...row.querySelectorAll("[data-do]")].find((other) => !other.disabled && !other.hidden) : button;
  keeps.focus();
}
