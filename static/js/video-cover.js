/**
 * <video-cover>: the moment of the cover, beside the video of the preview. Frames of that video are radios that write the
 * moment down, as its button does where the preview stands; what is written moves the preview there. Without this, and
 * where the browser can't play the video, the field is typed into.
 */

import { clock, drawFrames, moments, tenths } from "./cover-frames.js";

const WRITTEN = /^(?:(\d{1,3}):)?(\d{1,5}(?:[.,]\d{1,3})?)$/; // as the form reads it
const HEARD = ["input", "click"];
const PLAYED = ["loadedmetadata", "error"];

class VideoCover extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("[name=cover_timestamp_ms]");
    this.frames = this.querySelector("[data-slot=frames]");
    this.radios = [...this.frames.querySelectorAll("input")];
    this.video = document.querySelector("video[data-preview]");
    this.querySelector("[data-do=take]").hidden = false;
    for (const type of HEARD) this.addEventListener(type, this);
    for (const type of PLAYED) this.video.addEventListener(type, this);
    this.observer = new IntersectionObserver(([entry]) => this.seen(entry.isIntersecting));
    this.observer.observe(this);
  }

  disconnectedCallback() {
    this.observer.disconnect();
    this.drawing?.abort();
    for (const type of HEARD) this.removeEventListener(type, this);
    for (const type of PLAYED) this.video.removeEventListener(type, this);
  }

  handleEvent(event) {
    if (event.currentTarget === this.video) this.offer();
    else if (event.type === "click") event.target.closest("[data-do=take]") && this.take();
    else if (event.target === this.field) this.follow();
    else this.write(event.target.value);
  }

  /** Nobody waits for pictures that nobody sees. */
  seen(visible) {
    this.isSeen = visible;
    if (this.video.readyState || this.video.error) this.offer();
  }

  offer() {
    const { currentSrc, duration, error } = this.video;
    this.frames.hidden = Boolean(error) || !Number.isFinite(duration);
    if (this.frames.hidden || !this.isSeen || this.drawn === currentSrc) return;
    this.drawn = currentSrc;
    this.draw(currentSrc, moments(duration, this.radios.length));
  }

  async draw(source, at) {
    this.drawing?.abort();
    const { signal } = (this.drawing = new AbortController());
    this.radios.forEach((radio, place) => this.label(radio, at[place]));
    this.mark();
    try {
      await drawFrames(source, at, this.frames.querySelectorAll("canvas"), signal);
    } catch {
      if (!signal.aborted) this.frames.hidden = true; // it can't be played here: the moment is typed
    }
  }

  label(radio, moment) {
    radio.value = String(moment);
    radio.parentElement.querySelector("[data-slot=at]").textContent = clock(moment);
  }

  /** The moment in the field in seconds, the first where it is empty; undefined for what is none. */
  get moment() {
    const match = WRITTEN.exec(this.field.value.trim() || "0");
    return match ? Number(match[1] ?? 0) * 60 + Number(match[2].replace(",", ".")) : undefined;
  }

  follow() {
    this.mark();
    if (this.moment === undefined || !this.video.duration) return;
    this.video.currentTime = Math.min(this.moment, this.video.duration);
  }

  mark() {
    for (const radio of this.radios) radio.checked = Number(radio.value) === this.moment;
  }

  take() {
    this.video.pause();
    this.write(String(tenths(this.video.currentTime)));
  }

  write(moment) {
    this.field.value = moment;
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

customElements.define("video-cover", VideoCover);
