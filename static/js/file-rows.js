/**
 * The list of files of an upload: a row each, in an order that people can change. Its ids go to the hidden input
 * `data-target`, if there is one, divided by commas; what is left to do goes to the list of the form, under the
 * condition `data-when`. How files get here knows <resumable-upload>, which extends this.
 */

import { keepFocus, move, number } from "./photo-order.js";
import { act, idOf, isUnderWay, left, slot, tellWhatIsLeft } from "./upload-row.js";

export class FileRows extends HTMLElement {
  connectedCallback() {
    this.list = slot(this, "list");
    this.input = this.querySelector("input[type=file]");
    this.field = this.closest("form")?.elements.namedItem(this.dataset.target ?? "");
    this.empty = this.field?.dataset.todo;
    this.single = this.dataset.max === "1";
    this.arrange();
  }

  disconnectedCallback() {
    removeEventListener("beforeunload", this);
  }

  get rows() {
    return [...this.list.children];
  }

  pressed(button) {
    const row = button?.closest("li");
    if (!row || !this.list.contains(row)) return;
    const { do: what } = button.dataset;
    if (what === "remove") return this.remove(row);
    if (what === "earlier" || what === "later") move(row, what);
    else this[what](row);
    this.arrange();
    keepFocus(row, button);
  }

  remove(row) {
    const beside = row.nextElementSibling ?? row.previousElementSibling;
    this.drop(row);
    this.showAll();
    this.arrange();
    (beside && !this.single ? act(beside, "remove") : this.input).focus();
  }

  showAll() {
    for (const row of this.rows) row.hidden = false;
  }

  /** The rows as they stand: in the field, in the list of what is left, and on the way out of the page. */
  arrange() {
    const rows = this.rows;
    number(rows);
    this.prompt(rows.length > 0);
    (rows.some(isUnderWay) ? addEventListener : removeEventListener)("beforeunload", this);
    if (!this.single) for (const row of rows) tellWhatIsLeft(row, this.dataset.when ?? "", this.input.id);
    else if (this.field) this.field.dataset.todo = rows.map(left).find(Boolean) ?? this.empty;
    if (!this.field) return;
    this.field.value = rows.map(idOf).filter(Boolean).join();
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  prompt(again) {
    const prompt = slot(this, "prompt");
    prompt.dataset.first ??= prompt.textContent;
    prompt.textContent = again ? prompt.dataset.again : prompt.dataset.first;
    this.querySelector(".drop").classList.toggle("again", again && this.single);
  }
}
