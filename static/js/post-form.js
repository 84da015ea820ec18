/**
 * <post-form>: the live rules of the composer. It holds none itself: the server writes them into the page as
 * conditions (rules.js) on `data-show`, `data-disable`, `data-clear`, `data-todo-if` and `data-mirror`, so that
 * the page and the server's own validation read the same list (tiktok-api.md section 15, points 6 to 25).
 * It serves the whole <main>, because the preview stands beside the form.
 */

import { holds, words } from "./rules.js";
import { day } from "./days.js";
import { focusOn, show, tell } from "./todo.js";

const PAUSE = 1000; // milliseconds after which what is left is read out

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
    clearTimeout(this.timer);
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
    control.title = control.disabled ? this.why(control.dataset) : "";
  }

  /** Its own reason, or that of what is chosen in the dropdown `data-why-of`. */
  why({ why, whyOf }) {
    return why ?? this.form.elements.namedItem(whyOf).selectedOptions[0].dataset.why;
  }

  mirror(part) {
    const names = part.dataset.mirror;
    const text = names === "when" ? day(this.form, part.dataset) : words(this.form, names);
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
    if (!left.length) this.isAsked = false;
    const changed = [...this.all("todo-list")].map((list) => show(list, left, Boolean(this.isAsked)));
    if (changed.some(Boolean)) this.announce(PAUSE);
  }

  /** For those who do not see it: once it rests, since every letter may change it, or at once. */
  announce(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => tell(this.scope), pause);
  }

  /** Somebody wants it sent: say in words what it lacks, and go to the first of it. */
  insist() {
    this.isAsked = true;
    for (const place of this.all("todo-told")) place.textContent = ""; // said again, even the same
    this.tellWhatIsLeft();
    this.announce(0);
    focusOn(this.left[0]);
  }

  submit(event) {
    const button = event.submitter;
    if (button?.ariaDisabled === "true") {
      event.preventDefault();
      this.insist();
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
