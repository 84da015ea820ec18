// <copy-field>: a button that copies the field inside. Without a clipboard (plain http) it selects the text instead.

customElements.define(
  "copy-field",
  class extends HTMLElement {
    connectedCallback() {
      this.button = this.querySelector("button");
      this.button.hidden = false;
      this.button.addEventListener("click", this);
    }

    disconnectedCallback() {
      this.button.removeEventListener("click", this);
    }

    async handleEvent() {
      const field = this.querySelector("input");
      field.select();
      const copied = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
      this.button.querySelector("span").textContent = copied ? "Copied" : "Selected: copy it with your keyboard";
    }
  },
);
