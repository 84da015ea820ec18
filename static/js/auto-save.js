/**
 * <auto-save data-url data-id data-owner data-sign-in>: sends the form around which it stands by itself, at the first
 * pause after a change, before the form is sent and on leaving. Where the server can't keep it (signed out, away), this
 * tab does, until the same person is back on this page. The answer's parts go into the elements of their ids.
 */

import { TabCopy, comeBackTo, isSignedOut, putInPlace, send } from "./keeping.js";

const PAUSE = 400; // milliseconds without a change
const LONGEST = 3000; // milliseconds of changes without a pause
const HEARD = ["input", "change", "submit", "htmx:after:swap"];

class AutoSave extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.copy = new TabCopy(this.dataset.owner);
    this.known = this.body;
    for (const type of HEARD) this.addEventListener(type, this);
    addEventListener("pagehide", this);
    this.bringBack();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    for (const type of HEARD) this.removeEventListener(type, this);
    removeEventListener("pagehide", this);
  }

  handleEvent(event) {
    if (event.type === "submit") return this.beforeSubmit(event);
    if (event.type === "pagehide") return this.isDirty && this.keep(true);
    if (this.body === this.known) return; // an element has settled in; nobody has changed anything
    this.since ??= performance.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), Math.min(PAUSE, this.since + LONGEST - performance.now()));
  }

  get isDirty() {
    return this.since !== undefined;
  }

  rest() {
    clearTimeout(this.timer);
    this.since = undefined;
  }

  get body() {
    return String(new URLSearchParams(new FormData(this.form)));
  }

  /** One after the other, so that older words never replace newer ones. Resolves to whether one is still signed in. */
  save() {
    this.rest();
    const mine = Promise.resolve(this.saving).then(() => this.keep());
    this.saving = mine;
    return mine.finally(() => this.saving === mine && (this.saving = undefined));
  }

  async keep(leaving = false) {
    this.rest();
    this.known = this.body;
    const body = this.signed(this.known);
    const answer = await send(this.dataset.url, body, { leaving });
    if (answer?.ok) {
      this.copy.remove();
      putInPlace(answer.text);
      comeBackTo(this.dataset.id);
      return true;
    }
    this.copy.set({ url: this.dataset.url, id: this.dataset.id, body: String(body) });
    document.getElementById("kept").textContent = "Not kept on the server yet: this tab keeps it";
    const isOut = await isSignedOut(answer);
    if (isOut) this.tellSignedOut();
    return !isOut;
  }

  signed(text) {
    const body = new URLSearchParams(text);
    body.set("csrfmiddlewaretoken", this.form.elements.namedItem("csrfmiddlewaretoken").value);
    return body;
  }

  tellSignedOut() {
    const next = `${location.pathname}?unsaved=${this.dataset.id}`;
    this.querySelector("[data-slot=sign-in]").href = `${this.dataset.signIn}?next=${encodeURIComponent(next)}`;
    this.querySelector("[data-slot=signed-out]").hidden = false;
    this.querySelector("[data-slot=signed-out]").scrollIntoView({ block: "center" });
  }

  /** What this tab kept goes to the server first; then the page is drawn from there. */
  async bringBack() {
    const kept = this.copy.get();
    const answer = kept && (await send(kept.url, this.signed(kept.body)));
    if (!answer?.ok) return;
    this.copy.remove();
    location.replace(`${location.pathname}?unsaved=${kept.id}`);
  }

  /** Nothing is sent past a copy that is still on its way: it would arrive after what it was a copy of. */
  async beforeSubmit(event) {
    const button = event.submitter;
    if (event.defaultPrevented || this.isSent) return;
    if (button?.formNoValidate) this.rest(); // saves nothing: the next page has it all
    if (this.isWaiting) return event.preventDefault();
    if (!this.isDirty && !this.saving) return;
    event.preventDefault();
    this.isWaiting = true;
    this.isSent = await (this.isDirty ? this.save() : this.saving);
    this.isWaiting = false;
    button?.removeAttribute("aria-busy");
    if (this.isSent) this.form.requestSubmit(button);
    this.isSent = false;
  }
}

customElements.define("auto-save", AutoSave);
