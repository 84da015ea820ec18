/**
 * <row-picker>: says how many rows of its form are chosen, chooses all of the page, and keeps the buttons off while
 * none is. Without it the checkboxes and buttons work all the same; the next page then says that nothing is chosen.
 */

class RowPicker extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", this);
    addEventListener("pageshow", this); // the way back brings the boxes as they were
    this.tell();
  }

  disconnectedCallback() {
    this.removeEventListener("change", this);
    removeEventListener("pageshow", this);
  }

  handleEvent(event) {
    const all = event.type === "change" && event.target.closest("[data-all]");
    if (all) for (const box of this.boxes) box.checked = event.target.checked;
    this.tell();
  }

  get boxes() {
    return [...this.querySelectorAll("input[name=posts]")];
  }

  tell() {
    const count = this.querySelector("[data-count]");
    if (!count) return; // somebody who may only look
    const chosen = this.boxes.filter((box) => box.checked).length;
    const all = this.querySelector("[data-all]");
    all.hidden = false;
    all.firstElementChild.checked = chosen === this.boxes.length;
    all.firstElementChild.indeterminate = chosen > 0 && chosen < this.boxes.length;
    count.textContent = chosen ? `${chosen} post${chosen === 1 ? "" : "s"} chosen` : count.dataset.none;
    for (const button of this.querySelectorAll("button[name=act]")) button.disabled = chosen === 0;
  }
}

customElements.define("row-picker", RowPicker);
