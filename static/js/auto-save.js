/**
 * <auto-save data-url data-id data-owner data-sign-in>: sends the form around which it stands by itself, a moment after
 * the last change, before the form is sent and on leaving. Where the server can't keep it (signed out, away), this tab
 * does, until the same person is back on this page. The answer's parts go into the elements of their ids.
 */

const QUIET = 2500; // milliseconds without a change

class AutoSave extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.known = this.body;
    for (const type of ["input", "change", "submit"]) this.addEventListener(type, this);
    addEventListener("pagehide", this);
    this.bringBack();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    for (const type of ["input", "change", "submit"]) this.removeEventListener(type, this);
    removeEventListener("pagehide", this);
  }

  handleEvent(event) {
    if (event.type === "submit") return this.beforeSubmit(event);
    if (event.type === "pagehide") return this.isDirty && this.save(true);
    if (this.body === this.known) return; // an element has settled in; nobody has changed anything
    this.isDirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), QUIET);
  }

  rest() {
    clearTimeout(this.timer);
    this.isDirty = false;
  }

  get body() {
    return String(new URLSearchParams(new FormData(this.form)));
  }

  get key() {
    return `unsaved ${this.dataset.owner} ${location.pathname}`;
  }

  /** Resolves to whether the person is still signed in. */
  async save(leaving = false) {
    this.rest();
    this.known = this.body;
    const body = new URLSearchParams(this.known);
    const answer = await this.send(this.dataset.url, body, leaving);
    if (answer?.ok && !answer.headers.has("HX-Redirect")) {
      sessionStorage.removeItem(this.key);
      this.show(await answer.text());
      return true;
    }
    sessionStorage.setItem(this.key, JSON.stringify({ url: this.dataset.url, id: this.dataset.id, body: String(body) }));
    this.say("Not kept on the server yet: this tab keeps it");
    return (await this.isIn(answer)) || this.signedOut();
  }

  /** Without its session a form is refused before anyone asks who sent it; a page says it plainly. */
  async isIn(answer) {
    if (answer?.status !== 403) return !answer?.headers.has("HX-Redirect");
    const page = await fetch(location.pathname, { headers: { "HX-Request": "true" } }).catch(() => null);
    return !page?.headers.has("HX-Redirect");
  }

  send(url, body, keepalive) {
    body.set("csrfmiddlewaretoken", this.form.elements.namedItem("csrfmiddlewaretoken").value);
    return fetch(url, { method: "POST", body, keepalive, headers: { "HX-Request": "true" } }).catch(() => null);
  }

  signedOut() {
    const next = `${location.pathname}?unsaved=${this.dataset.id}`;
    this.querySelector("[data-slot=sign-in]").href = `${this.dataset.signIn}?next=${encodeURIComponent(next)}`;
    this.querySelector("[data-slot=signed-out]").hidden = false;
    this.querySelector("[data-slot=signed-out]").scrollIntoView({ block: "center" });
    return false;
  }

  show(text) {
    for (const part of new DOMParser().parseFromString(text, "text/html").body.children) {
      const place = document.getElementById(part.id);
      if (place && place.textContent !== part.textContent) place.replaceChildren(...part.childNodes);
    }
    const here = new URL(location.href);
    here.searchParams.set("unsaved", this.dataset.id);
    history.replaceState(history.state, "", here); // a reload comes back to it
  }

  say(words) {
    document.getElementById("kept").textContent = words;
  }

  /** What this tab kept goes to the server first; then the page is drawn from there. */
  async bringBack() {
    const kept = JSON.parse(sessionStorage.getItem(this.key));
    if (!kept) return;
    const answer = await this.send(kept.url, new URLSearchParams(kept.body), false);
    if (!answer?.ok || answer.headers.has("HX-Redirect")) return;
    sessionStorage.removeItem(this.key);
    location.replace(`${location.pathname}?unsaved=${kept.id}`);
  }

  async beforeSubmit(event) {
    const button = event.submitter;
    if (event.defaultPrevented || this.isSent) return;
    if (button?.formNoValidate) return this.rest(); // saves nothing: the next page has it all
    if (this.isWaiting) return event.preventDefault();
    if (!this.isDirty) return;
    event.preventDefault();
    this.isWaiting = true;
    this.isSent = await this.save();
    this.isWaiting = false;
    button?.removeAttribute("aria-busy");
    if (this.isSent) this.form.requestSubmit(button);
    this.isSent = false;
  }
}

customElements.define("auto-save", AutoSave);
