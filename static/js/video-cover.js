/**
 * <video-cover>: the moment of the cover, beside the video of the preview. What is written moves the preview there, and
 * its button writes down where the preview stands. Without this the field is typed into.
 */

const WRITTEN = /^(?:(\d{1,3}):)?(\d{1,5}(?:[.,]\d{1,3})?)$/; // as the form reads it

class VideoCover extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input");
    this.button = this.querySelector("[data-do=take]");
    this.button.hidden = false;
    for (const type of ["input", "click"]) this.addEventListener(type, this);
  }

  disconnectedCallback() {
    for (const type of ["input", "click"]) this.removeEventListener(type, this);
  }

  handleEvent(event) {
    if (event.type === "input") this.seek();
    else if (event.target.closest("[data-do=take]")) this.take();
  }

  get video() {
    return document.querySelector("video[data-preview]");
  }

  seek() {
    const match = WRITTEN.exec(this.field.value.trim());
    const video = this.video;
    if (!match || !video?.duration) return;
    const seconds = Number(match[1] ?? 0) * 60 + Number(match[2].replace(",", "."));
    video.currentTime = Math.min(seconds, video.duration);
  }

  take() {
    if (!this.video) return;
    this.video.pause();
    this.field.value = String(Math.floor(this.video.currentTime * 10) / 10);
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

customElements.define("video-cover", VideoCover);
