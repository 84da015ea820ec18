/**
 * <toast-stack>: short messages that leave by themselves, from the server (in the page, or swapped in later) or from
 * `document.dispatchEvent(new CustomEvent("toast", { detail: "Draft saved." }))`.
 * One with `data-stays` waits to be closed; none leaves under the pointer or while it holds the focus. `data-seconds`
 * says how long another is shown. A button of a form inside acts; any other closes the message.
 */

const SHOWN_FOR_MS = 8_000;

class ToastStack extends HTMLElement {
  connectedCallback() {
    this.timers = new Set();
    this.addEventListener("click", this);
    document.addEventListener("toast", this);
    for (const toast of this.children) this.dismissLater(toast);
    this.observer = new MutationObserver((records) => this.dismissAdded(records));
    this.observer.observe(this, { childList: true });
  }

  disconnectedCallback() {
    this.observer.disconnect();
    this.removeEventListener("click", this);
    document.removeEventListener("toast", this);
    this.timers.forEach(clearTimeout);
  }

  handleEvent(event) {
    if (event.type === "toast") this.show(event.detail.value ?? event.detail);
    else if (event.target.closest("button[type=button]")) event.target.closest(".toast").remove();
  }

  show(text) {
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.textContent = text;
    this.append(toast);
  }

  dismissAdded(records) {
    for (const { addedNodes } of records)
      for (const toast of addedNodes) if (toast instanceof HTMLElement) this.dismissLater(toast);
  }

  dismissLater(toast) {
    if ("stays" in toast.dataset) return;
    const timer = setTimeout(
      () => {
        this.timers.delete(timer);
        if (toast.matches(":hover, :focus-within")) this.dismissLater(toast);
        else toast.remove();
      },
      toast.dataset.seconds ? toast.dataset.seconds * 1_000 : SHOWN_FOR_MS,
    );
    this.timers.add(timer);
  }
}

customElements.define("toast-stack", ToastStack);
