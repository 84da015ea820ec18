/**
 * <list-field>: the place where a list is dropped or chosen says which one it holds. The file stays in the input, which
 * the form sends; without this script the input itself shows its name.
 */

class ListField extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", this);
    addEventListener("pageshow", this);
    this.show();
  }

  disconnectedCallback() {
    this.removeEventListener("change", this);
    removeEventListener("pageshow", this);
  }

  handleEvent(event) {
    if (event.type === "change") event.stopPropagation(); // a list is read when its button is pressed
    this.show();
  }

  show() {
    const [file] = this.querySelector("input").files;
    const prompt = this.querySelector("[data-slot=prompt]");
    prompt.dataset.none ??= prompt.textContent;
    prompt.textContent = file ? file.name : prompt.dataset.none;
  }
}

customElements.define("list-field", ListField);
