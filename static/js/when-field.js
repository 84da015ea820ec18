/**
 * <when-field>: the day and the time of a post, with a <wall-clock> to measure them by. Rewrites a time as 23:10 (or
 * as 11:10 pm) when it is left, and shows at once whether it is `unclear` (no time) or `past`: the sentence of that
 * `data-is`, and for the conditions of the page (rules.js) the <output name="when_is">. What the server refused is about
 * what it was sent: it goes with the first change. A button that names a free slot fills the fields; without script it
 * sends them. With `data-kept` the fields hold what is planned already, and nothing is said until one is changed.
 */

import { timeOf, written } from "./clock-time.js";
import "./wall-clock.js";

const PAUSE = 700; // milliseconds after which half a time is taken for a whole one
const LONGEST = 2 ** 31 - 1; // milliseconds that a timer can wait
const HEARD = ["input", "change", "set", "click"];
const SLOT = "time:"; // before the value of a slot's button

class WhenField extends HTMLElement {
  connectedCallback() {
    [this.date, this.time] = ["date", "time"].map((name) => this.querySelector(`[name=${name}]`));
    [this.is, this.clock] = ["output", "wall-clock"].map((name) => this.querySelector(name));
    this.described = this.time.getAttribute("aria-describedby") ?? "";
    for (const type of HEARD) this.addEventListener(type, this);
    this.judge();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    for (const type of HEARD) this.removeEventListener(type, this);
  }

  handleEvent(event) {
    if (event.type === "set") return this.judge();
    if (event.type === "click") return this.take(event, event.target.closest(`.free-slots [value^="${SLOT}"]`));
    if (event.target !== this.date && event.target !== this.time) return;
    delete this.dataset.kept;
    this.forget();
    if (event.type === "input") return this.wait(PAUSE);
    this.time.value = written(timeOf(this.time.value)) || this.time.value;
    this.judge();
  }

  take(event, slot) {
    if (!slot) return;
    event.preventDefault();
    [this.date.value, this.time.value] = slot.value.slice(SLOT.length).split("T");
    for (const field of [this.date, this.time]) field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  forget() {
    this.querySelector("[data-slot=refused]")?.remove();
    this.described = "";
    for (const name of ["aria-invalid", "aria-describedby"]) this.date.removeAttribute(name);
  }

  get ahead() {
    return Date.parse(`${this.date.value}T${timeOf(this.time.value)}Z`) - this.clock.now;
  }

  get verdict() {
    if ("kept" in this.dataset) return "";
    if (this.time.value.trim() && !timeOf(this.time.value)) return "unclear";
    return this.ahead <= 0 ? "past" : "";
  }

  judge() {
    const { verdict } = this;
    for (const said of this.querySelectorAll("[data-is]")) said.hidden = said.dataset.is !== verdict;
    if (verdict) this.forget(); // said here already
    this.time.setAttribute("aria-invalid", String(Boolean(verdict || this.described)));
    this.time.setAttribute("aria-describedby", verdict ? `time-${verdict}` : this.described);
    if (this.ahead > 0) this.wait(Math.min(this.ahead, LONGEST));
    else clearTimeout(this.timer);
    if (this.is.value === verdict) return;
    this.is.value = verdict;
    this.is.dispatchEvent(new Event("change", { bubbles: true })); // the rules read it
  }

  wait(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.judge(), milliseconds);
  }
}

customElements.define("when-field", WhenField);
