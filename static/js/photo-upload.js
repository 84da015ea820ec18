/**
 * <photo-upload data-url data-target data-max>: sends the chosen images one after another, each as a raw body of its own,
 * apart from the form around them. Each has a row in the list (`<template>`), which shows its progress, then the server's
 * fragment (`data-media-id`). The rows' order is the carousel's: the ids go to the hidden input `data-target`, divided by
 * commas, and each row's radio ("Cover") carries its place, from zero. A failed row stays, says why, and can be tried again.
 */

import { Pace, size } from "./pace.js";
import { post, refusal } from "./raw-post.js";

const HEARD = ["change", "click", "dragover", "dragleave", "drop"];
const LOST = "The connection broke before the image had arrived.";
const TROUBLE = "Our server could not take the image.";

class PhotoUpload extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("[data-slot=list]");
    this.field = this.closest("form").elements.namedItem(this.dataset.target);
    this.waiting = [];
    for (const type of HEARD) this.addEventListener(type, this);
    this.arrange();
  }

  disconnectedCallback() {
    this.waiting = [];
    this.sending?.request.abort();
    removeEventListener("beforeunload", this);
    for (const type of HEARD) this.removeEventListener(type, this);
  }

  handleEvent(event) {
    const drop = event.target.closest?.(".drop");
    if (event.type === "beforeunload") event.preventDefault();
    if (event.type === "change" && event.target.type === "file") this.choose(event.target);
    if (event.type === "click") this.pressed(event.target.closest("[data-do]"));
    if (!drop || !event.type.startsWith("dr")) return;
    event.preventDefault();
    drop.classList.toggle("over", event.type === "dragover");
    if (event.type === "drop") this.add(event.dataTransfer.files);
  }

  choose(input) {
    this.add(input.files);
    input.value = ""; // the same file may be chosen again
  }

  pressed(button) {
    const row = button?.closest("li");
    if (row) this[button.dataset.do](row, button);
  }

  add(files) {
    const room = Number(this.dataset.max) - this.list.children.length;
    for (const file of [...files].slice(0, room)) this.wait(this.row(file));
    const error = this.querySelector(":scope > [data-slot=error]");
    error.hidden = files.length <= room;
    slot(error, "sentence").textContent = `A post takes up to ${this.dataset.max} images; the others were left out.`;
    this.arrange();
    this.next();
  }

  row(file) {
    const row = this.querySelector("template").content.firstElementChild.cloneNode(true);
    row.file = file;
    slot(row, "name").textContent = file.name;
    this.list.append(row);
    return row;
  }

  /** While an image is on its way its row is one of the things left to do. */
  wait(row) {
    this.waiting.push(row);
    slot(row, "progress").hidden = false;
    slot(row, "error").hidden = act(row, "retry").hidden = true;
    slot(row, "sent").textContent = size(row.file.size);
    todo(row, `Wait for ${row.file.name}`);
  }

  next() {
    if (this.sending) return;
    const row = this.waiting.shift();
    if (row) this.send(row);
    else removeEventListener("beforeunload", this);
  }

  send(row) {
    const pace = new Pace(row.file.size);
    const token = this.closest("form").elements.namedItem("csrfmiddlewaretoken").value;
    const request = post(this.dataset.url, row.file, token);
    this.sending = { row, request };
    addEventListener("beforeunload", this);
    request.upload.onprogress = (event) => show(row, pace.at(event.loaded, performance.now()));
    request.onload = () => this.answered(row, request);
    request.onerror = () => this.fail(row, LOST);
    request.onabort = () => this.done();
    request.send(row.file);
  }

  answered(row, request) {
    const isHtml = request.getResponseHeader("Content-Type")?.startsWith("text/html");
    if (!isHtml || request.status >= 400) return this.fail(row, refusal(request) ?? TROUBLE);
    slot(row, "result").innerHTML = request.responseText;
    globalThis.htmx?.process(slot(row, "result"));
    slot(row, "progress").hidden = true;
    todo(row);
    this.done();
  }

  fail(row, sentence) {
    slot(row, "sentence").textContent = sentence;
    slot(row, "error").hidden = act(row, "retry").hidden = false;
    todo(row, `Send ${row.file.name} again, or remove it`);
    this.done();
  }

  done() {
    this.sending = undefined;
    this.arrange();
    this.next();
  }

  retry(row) {
    this.wait(row);
    this.next();
  }

  earlier(row, button) {
    row.previousElementSibling?.before(row);
    this.moved(row, button);
  }

  later(row, button) {
    row.nextElementSibling?.after(row);
    this.moved(row, button);
  }

  moved(row, button) {
    this.arrange();
    const keeps = button.disabled ? [...row.querySelectorAll("[data-do]")].find((other) => !other.disabled) : button;
    keeps.focus(); // moving takes the focus from what is moved
  }

  remove(row) {
    const beside = row.nextElementSibling ?? row.previousElementSibling;
    this.waiting = this.waiting.filter((other) => other !== row);
    row.remove();
    if (this.sending?.row === row) this.sending.request.abort();
    this.arrange();
    (beside ? act(beside, "remove") : this.querySelector("input[type=file]")).focus();
  }

  /** The rows as they stand, into the field, the radios and the buttons. */
  arrange() {
    const rows = [...this.list.children];
    rows.forEach((row, place) => {
      row.querySelector("input[type=radio]").value = place;
      act(row, "earlier").disabled = place === 0;
      act(row, "later").disabled = place === rows.length - 1;
    });
    if (rows.length && !this.list.querySelector("input:checked")) rows[0].querySelector("input[type=radio]").checked = true;
    const prompt = this.querySelector("[data-slot=prompt]");
    prompt.dataset.first ??= prompt.textContent;
    prompt.textContent = rows.length ? prompt.dataset.again : prompt.dataset.first;
    this.field.value = rows.map((row) => row.querySelector("[data-media-id]")?.dataset.mediaId).filter(Boolean).join();
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

const slot = (part, name) => part.querySelector(`[data-slot=${name}]`);
const act = (row, name) => row.querySelector(`[data-do=${name}]`);

function show(row, { share, sent, left }) {
  const bar = slot(row, "progress").querySelector("progress");
  if (share < 1) bar.value = share;
  else bar.removeAttribute("value"); // all sent: the server is looking at it
  slot(row, "sent").textContent = sent;
  slot(row, "left").textContent = share < 1 ? left : "";
}

/** Says what is left to do about this row, in the list of the form; nothing where nothing is. */
function todo(row, words) {
  const progress = slot(row, "progress");
  if (!words) return ["todo", "todoIf", "focus"].forEach((name) => delete progress.dataset[name]);
  const uploader = row.closest("photo-upload");
  Object.assign(progress.dataset, { todo: words, todoIf: uploader.dataset.when ?? "", focus: uploader.querySelector("input[type=file]").id });
}

customElements.define("photo-upload", PhotoUpload);
