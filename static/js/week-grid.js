/**
 * <week-grid>: moves the cards of a calendar: dragged onto a day or a free slot (carrying.js), or by the dialog of
 * their menu and of the key M, which the rows of a list have too. The server decides; what it answers is morphed in by htmx, with Undo in a toast.
 * Without script each card links to the same dialog as a page.
 */

import { CardMenu } from "./card-menu.js";
import { Carrying } from "./carrying.js";

const EVENTS = ["click", "move-card", "htmx:config:request"];

class WeekGrid extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.menu = new CardMenu(this.querySelector("#card-menu"));
    this.carrying = new Carrying(this);
    for (const type of EVENTS) this.addEventListener(type, this);
    document.addEventListener("htmx:after:swap", this); // an Undo comes from the toasts, outside
    this.dialog.addEventListener("close", this);
  }

  disconnectedCallback() {
    this.carrying.end();
    for (const type of EVENTS) this.removeEventListener(type, this);
    document.removeEventListener("htmx:after:swap", this);
    this.dialog.removeEventListener("close", this);
  }

  handleEvent(event) {
    if (event.type === "click") this.click(event);
    else if (event.type === "close") this.focusOrigin();
    else if (event.type === "move-card") this.ask(event.target.closest("[data-version]"));
    else if (event.type === "htmx:after:swap") this.swapped(event.detail.ctx);
    else this.holdBack(event);
  }

  click(event) {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.matches(".pc-menu")) this.menu.openAt(link, this.remember(link.closest("[data-post]")));
    else if (link.matches("[data-menu=move]")) this.ask(this.menu.card);
    else if (link.matches("[data-dialog]")) this.load(link.href, link);
    else if (link.matches("dialog [data-close]")) this.dialog.close();
    else return;
    event.preventDefault();
  }

  /** The dialog for a card; `more` is what it opens with. */
  ask(card, more = {}) {
    if (!card) return;
    this.menu.close();
    this.load(address(card, more), card);
  }

  load(url, from) {
    this.remember(from);
    htmx.ajax("GET", url, { source: this.dialog, target: this.dialog, swap: "innerHTML" });
  }

  send(card, values) {
    this.remember(card);
    const sent = { ...values, version: card.dataset.version };
    htmx.ajax("POST", address(card), { source: card, target: "#board", swap: "outerMorph", values: sent });
  }

  /** Where the focus goes back to; by id, because a morph may put another element in its place. */
  remember(from) {
    this.origin = from.id;
    return from;
  }

  focusOrigin() {
    const origin = document.getElementById(this.origin) ?? document.getElementById("main"); // moved out of sight
    (origin?.querySelector("[data-walk]") ?? origin)?.focus();
  }

  /** The target is a selector where the server has named it. */
  swapped({ target, request }) {
    if (target === this.dialog || target === `#${this.dialog.id}`) {
      if (!this.dialog.open) this.dialog.showModal();
    } else if (request?.method === "POST") {
      if (this.dialog.open) this.dialog.close();
      else if (document.activeElement === document.body) this.focusOrigin();
    }
  }

  /** A board that changes under a card in the hand is no help. */
  holdBack(event) {
    const asksAgain = event.target.id === "board" && event.detail.ctx.request.method === "GET";
    if (asksAgain && this.carrying.card) event.preventDefault();
  }
}

function address(card, more = {}) {
  const query = new URLSearchParams(card.dataset.search);
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  return `${card.dataset.post}move/?${query}`;
}

customElements.define("week-grid", WeekGrid);
