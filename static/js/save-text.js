// <save-text data-name="codes.txt">: a button that saves the text inside as a file, without a way over the server.

customElements.define(
  "save-text",
  class extends HTMLElement {
    connectedCallback() {
      this.button = this.querySelector("button");
      this.button.hidden = false;
      this.button.addEventListener("click", this);
    }

    disconnectedCallback() {
      this.button.removeEventListener("click", this);
    }

    handleEvent() {
      const lines = [...this.querySelectorAll("li")].map((line) => `${line.textContent.trim()}\n`);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob(lines, { type: "text/plain" }));
      link.download = this.dataset.name;
      link.click();
      URL.revokeObjectURL(link.href);
    }
  },
);
