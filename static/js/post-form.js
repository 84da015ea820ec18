/**
 * <post-form>: the live rules of the composer. It holds none itself: the server writes them into the page as
 * conditions (rules.js) on `data-show`, `data-disable`, `data-clear`, `data-todo-if` and `data-mirror`, so that
 * the page and the server's own validation read the same list (tiktok-api.md section 15, points 6 to 25).
 * It serves the whole <main>, because the preview stands beside the form.
 */

import { holds, words } from "./rules.js";
import { day } from "./days.js";
import { focusOn, sentence } from "./todo.js";

class PostForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.scope = this.closest("main") ?? this;
    this.observer = new MutationObserver(() => this.sync());
    for (const type of ["input", "change", "submit", "click"]) this.addEventListener(type, this);
    addEventListener("pageshow", this);
    this.sync();
  }

  disconnectedCallback() {
    this.observer.disconnect();
    for (const type of ["input", "change", "submit", "click"]) this.removeEventListener(type, this);
    removeEventListener("pageshow", this);
  }

  handleEvent(event) {
    if (event.type === "submit") this.submit(event);
    else if (event.type === "click") this.jump(event);
    else if (event.type === "pageshow") this.form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    else this.sync();
  }

  sync() {
    this.observer.disconnect(); // what follows changes the page itself
    for (const box of this.all("clear")) if (this.holds(box.dataset.clear)) box.checked = false;
    for (const control of this.all("disable")) this.disable(control);
    for (const part of this.all("show")) part.hidden = !this.holds(part.dataset.show);
    for (const part of this.all("mirror")) this.mirror(part);
    this.tellWhatIsLeft();
    this.observer.observe(this.scope, { childList: true, subtree: true });
  }

  all(name) {
    return this.scope.querySelectorAll(`[data-${name}]`);
  }

  holds(condition) {
    return holds(condition, this.form);
  }

  /** What is chosen already stays usable: otherwise two rules could lock each other. */
  disable(control) {
    const chosen = control.selected || control.checked;
    control.disabled = !chosen && this.holds(control.dataset.disable);
    control.title = control.disabled ? control.dataset.why : "";
  }

  mirror(part) {
    const names = part.dataset.mirror;
    const text = names === "when" ? day(this.form) : words(this.form, names);
    part.textContent = text || (part.dataset.none ?? "");
    part.classList.toggle("todo-value", !text && "must" in part.dataset);
  }

  get left() {
    return [...this.all("todo")].filter((part) => this.holds(part.dataset.todoIf ?? ""));
  }

  tellWhatIsLeft() {
    const left = this.left;
    const hover = (left.find((part) => part.dataset.why) ?? left[0])?.dataset;
    for (const button of this.all("needs-complete")) {
      button.setAttribute("aria-disabled", String(left.length > 0));
      button.title = hover ? (hover.why ?? hover.todo) : "";
    }
    for (const list of this.all("todo-list")) {
      const key = left.map((part) => part.dataset.todo).join();
      if (list.dataset.shown === key) continue; // an unchanged list is not announced again
      list.dataset.shown = key;
      list.toggleAttribute("data-done", !left.length);
      list.replaceChildren(sentence(left, list.dataset.ready ?? "Ready"));
    }
  }

  submit(event) {
    const button = event.submitter;
    if (button?.ariaDisabled === "true") {
      event.preventDefault();
      focusOn(this.left[0]);
    } else if (button?.ariaBusy === "true") event.preventDefault();
    else if (button) button.ariaBusy = "true";
  }

  jump(event) {
    const link = event.target.closest("[data-todo-list] a");
    if (!link) return;
    event.preventDefault();
    focusOn(this.left.find((part) => part.dataset.todo === link.textContent));
  }
}

customElements.define("post-form", PostForm);
