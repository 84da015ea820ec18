/**
 * <toast-stack>: short messages that leave by themselves, from the server (in the page) or from
 * `document.dispatchEvent(new CustomEvent("toast", { detail: "Draft saved." }))`.
 * One with `data-stays` waits to be closed; none leaves under the pointer or while it holds the focus.
 */

const SHOWN_FOR_MS = 8_000;

class ToastStack extends HTMLElement {
  connectedCallback() {
    this.timers = new Set();
    this.addEventListener("click", this);
    document.addEventListener("toast", this);
    for (const toast of this.children) this.dismissLater(toast);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this);
    document.removeEventListener("toast", this);
    this.timers.forEach(clearTimeout);
  }

  handleEvent(event) {
    if (event.type === "toast") this.show(event.detail.value ?? event.detail);
    else if (event.target.closest("button")) event.target.closest(".toast").remove();
  }

  show(text) {
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.textContent = text;
    this.append(toast);
    this.dismissLater(toast);
  }

  dismissLater(toast) {
    if ("stays" in toast.dataset) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (toast.matches(":hover, :focus-within")) this.dismissLater(toast);
      else toast.remove();
    }, SHOWN_FOR_MS);
    this.timers.add(timer);
  }
}

customElements.define("toast-stack", ToastStack);
