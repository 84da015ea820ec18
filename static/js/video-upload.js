/**
 * <video-upload data-url data-target>: sends the chosen file as a raw body, apart from the form around it, and puts
 * the server's fragment into its slot. Success names the media (`data-media-id`), whose id goes to the hidden input
 * `data-target`; anything else leaves the old id, the words and the file as they were, and says why.
 */

import { Pace, size } from "./pace.js";
import { post, refusal } from "./raw-post.js";
import "./video-cover.js";

const HEARD = ["change", "click", "dragover", "dragleave", "drop"];
const LOST = "The connection broke before the video had arrived. What you wrote is kept.";
const TROUBLE = "Our server could not take the video. What you wrote is kept.";

class VideoUpload extends HTMLElement {
  connectedCallback() {
    this.slots = Object.fromEntries([...this.querySelectorAll("[data-slot]")].map((el) => [el.dataset.slot, el]));
    this.bar = this.querySelector("progress");
    this.field = this.closest("form").elements.namedItem(this.dataset.target);
    for (const type of HEARD) this.addEventListener(type, this);
    this.prompt();
  }

  disconnectedCallback() {
    this.request?.abort();
    removeEventListener("beforeunload", this);
    URL.revokeObjectURL(this.local);
    for (const type of HEARD) this.removeEventListener(type, this);
  }

  handleEvent(event) {
    const drop = event.target.closest?.(".drop");
    if (event.type === "beforeunload") event.preventDefault();
    if (event.type === "change") this.choose(event.target.files[0]);
    if (event.type === "click") this[event.target.closest("[data-do]")?.dataset.do]?.();
    if (!drop || !event.type.startsWith("dr")) return;
    event.preventDefault();
    drop.classList.toggle("over", event.type === "dragover");
    if (event.type === "drop") this.choose(event.dataTransfer.files[0]);
  }

  choose(file) {
    if (!file) return;
    this.request?.abort();
    this.file = file;
    URL.revokeObjectURL(this.local);
    this.local = URL.createObjectURL(file);
    const preview = document.querySelector("video[data-preview]");
    if (preview) Object.assign(preview, { src: this.local, hidden: false });
    this.retry();
  }

  retry() {
    const pace = new Pace(this.file.size);
    const token = this.closest("form").elements.namedItem("csrfmiddlewaretoken").value;
    const request = (this.request = post(this.dataset.url, this.file, token));
    request.upload.onprogress = (event) => this.show(pace.at(event.loaded, performance.now()));
    request.onload = () => this.answered(request);
    request.onerror = () => this.fail(LOST);
    request.onabort = () => this.finish();
    this.start();
    request.send(this.file);
  }

  abort() {
    this.request.abort();
  }

  /** While a video is on its way the old one may not be scheduled in its place. */
  start() {
    addEventListener("beforeunload", this);
    this.kept = { id: this.field.value, todo: this.field.dataset.todo };
    this.field.value = "";
    this.field.dataset.todo = "Wait for the upload";
    this.slots.name.textContent = this.file.name;
    this.show({ share: 0, sent: `0 of ${size(this.file.size)}`, speed: "", left: "" });
    this.slots.progress.hidden = false;
    this.slots.error.hidden = this.slots.result.hidden = true;
    this.changed();
  }

  show({ share, sent, speed, left }) {
    if (share < 1) this.bar.value = share;
    else this.bar.removeAttribute("value"); // all sent: the server is looking at it, for as long as it takes
    this.slots.sent.textContent = sent;
    this.slots.speed.textContent = speed;
    this.slots.left.textContent = left;
  }

  answered(request) {
    const isHtml = request.getResponseHeader("Content-Type")?.startsWith("text/html");
    if (request.status >= 500 || (!isHtml && request.status < 400)) return this.fail(TROUBLE);
    if (!isHtml) return this.fail(refusal(request) ?? TROUBLE);
    this.slots.result.innerHTML = request.responseText;
    globalThis.htmx?.process(this.slots.result);
    this.finish(this.slots.result.querySelector("[data-media-id]")?.dataset.mediaId);
  }

  fail(sentence) {
    this.slots.sentence.textContent = sentence;
    this.finish();
    this.slots.error.hidden = false;
  }

  finish(id) {
    removeEventListener("beforeunload", this);
    this.field.value = id ?? this.kept.id;
    this.field.dataset.todo = this.kept.todo;
    this.slots.progress.hidden = true;
    this.slots.result.hidden = false;
    this.prompt();
    this.changed();
  }

  prompt() {
    const again = Boolean(this.slots.result.firstElementChild);
    if (again) this.slots.prompt.textContent = this.slots.prompt.dataset.again;
    this.querySelector(".drop").classList.toggle("again", again);
  }

  changed() {
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

customElements.define("video-upload", VideoUpload);
