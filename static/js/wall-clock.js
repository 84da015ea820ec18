/**
 * <wall-clock data-now="2026-11-20T12:30:05">: what the workspace's clocks showed when the server wrote it, carried on by
 * the page's stopwatch, so that neither clock nor zone of the browser is asked. A newer word of the server sets it anew
 * and is told as `set`, which bubbles.
 */

class WallClock extends HTMLElement {
  static observedAttributes = ["data-now"];

  attributeChangedCallback() {
    this.readAt = performance.now();
    this.dispatchEvent(new Event("set", { bubbles: true }));
  }

  /** As if it were UTC, in milliseconds, to be compared with other times of these clocks. */
  get now() {
    return Date.parse(`${this.dataset.now}Z`) + performance.now() - this.readAt;
  }
}

customElements.define("wall-clock", WallClock);
