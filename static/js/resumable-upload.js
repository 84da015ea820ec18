/**
 * <resumable-upload data-url data-target data-max data-when>: sends the chosen files, apart from the form around them,
 * a few at a time; each has a row in its list (`<template>`), which shows its progress, then the server's fragment
 * (`data-media-id`). With `data-max="1"` a new file takes the place of the old one, but only once it has arrived. Every
 * file that has arrived is told as `uploaded` (`detail.id`), which bubbles. file-rows.js says what becomes of the rows.
 */

import { HEARD, filesOf, preview } from "./chosen-files.js";
import { FileRows } from "./file-rows.js";
import { leftOf } from "./left-uploads.js";
import { Transfer } from "./transfer.js";
import { enter, idOf, isUnderWay, rowFor, showPace, slot } from "./upload-row.js";

const AT_ONCE = 2;

class ResumableUpload extends FileRows {
  connectedCallback() {
    super.connectedCallback();
    for (const type of HEARD) this.addEventListener(type, this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    for (const row of this.rows.filter(isUnderWay)) row.transfer.pause();
    URL.revokeObjectURL(this.local);
    for (const type of HEARD) this.removeEventListener(type, this);
  }

  handleEvent(event) {
    if (event.type === "beforeunload") return event.preventDefault();
    const files = filesOf(event);
    if (files) this.add(files);
    if (event.type === "click") this.pressed(event.target.closest("[data-do]"));
  }

  add(files) {
    const room = this.single ? 1 : Number(this.dataset.max || Infinity) - this.rows.length;
    if (this.single && files.length) this.makeRoom(files[0]);
    slot(this, "too-many").hidden = files.length <= room;
    for (const file of files.slice(0, room)) {
      const row = rowFor(file, this);
      row.place = leftOf(file);
      this.list.append(row);
      this.resume(row);
    }
  }

  /** The old file stays, unseen, until the new one is there; one that was still on its way does not. */
  makeRoom(file) {
    for (const row of this.rows) {
      if (row.dataset.state && row.dataset.state !== "done") this.drop(row);
      else row.hidden = true;
    }
    URL.revokeObjectURL(this.local);
    this.local = preview(file);
  }

  resume(row) {
    const token = (this.closest("form") ?? document).querySelector("[name=csrfmiddlewaretoken]").value;
    const tell = (state, said) => row.isConnected && this.told(row, state, said);
    row.transfer ??= new Transfer(row.file, { url: this.dataset.url, place: row.place, token, tell, show: (pace) => showPace(row, pace) });
    tell("queued");
  }

  retry(row) {
    this.resume(row);
  }

  pause(row) {
    row.transfer.pause();
  }

  told(row, state, said) {
    enter(row, state, said);
    if (this.single && state === "done") for (const other of this.rows) if (other !== row) other.remove();
    if (state === "failed") this.showAll();
    this.next();
    this.arrange();
    if (state === "done") row.dispatchEvent(new CustomEvent("uploaded", { bubbles: true, detail: { id: idOf(row) } }));
  }

  next() {
    const busy = this.rows.filter((row) => ["moving", "waiting"].includes(row.dataset.state)).length;
    if (busy < AT_ONCE) this.rows.find((row) => row.dataset.state === "queued")?.transfer.start();
  }

  drop(row) {
    row.remove();
    if (row.dataset.state !== "done") row.transfer?.stop();
    this.next();
  }
}

customElements.define("resumable-upload", ResumableUpload);
