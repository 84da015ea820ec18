/**
 * One file on its way to the server by tus 1.0.0. It can be paused, goes on by itself when a line breaks or the server
 * starts anew, and after a reload from where it was, once the same file is chosen again: the browser's storage keeps
 * its address, and a page may know it as `place`. `tell(state, said)` hears `moving`, `waiting`, `paused`, `failed` (the sentence) and `done` (the
 * fragment of what became of it); `show(reading)` hears the pace (pace.js).
 */

import { Pace } from "./pace.js";

const CHUNK = 16 * 1024 * 1024; // what a proxy in front must let through in one request
const RETRY_AFTER = [0, 1_000, 2_000, 5_000, 10_000, 20_000, ...Array(18).fill(30_000)]; // for ten minutes
const KEPT = "What was sent is kept for a day.";
const LOST = `The connection broke before the file had arrived. ${KEPT}`;
const TROUBLE = `Our server could not take the file. ${KEPT}`;
const SIGNED_OUT = `You are signed out. ${KEPT} Sign in again and choose the same file: it goes on from there.`;

export class Transfer {
  constructor(file, { url, place, token, tell, show }) {
    Object.assign(this, { file, url, place, token, tell, show });
  }

  async start() {
    this.ended = false;
    this.pace = new Pace(this.file.size);
    this.tell("moving");
    try {
      this.upload ??= await this.find();
      if (!this.ended) this.upload.start();
    } catch {
      this.tell("failed", LOST);
    }
  }

  pause() {
    this.ended = true;
    this.upload?.abort();
    this.tell("paused");
  }

  /** For good: the server gives up what it has; where it does not hear of it, it does so within a day. */
  stop() {
    this.ended = true;
    this.upload?.abort(true).catch((error) => console.info(`Not told to the server: ${error.message}`));
  }

  /** The upload of this file, at the address where an earlier one stopped; the library comes with the first file. */
  async find() {
    await import("../vendor/tus-4.3.1.min.js");
    const upload = new globalThis.tus.Upload(this.file, this.options());
    const [earlier] = await upload.findPreviousUploads();
    if (this.place) upload.resumeFromPreviousUpload({ ...earlier, uploadUrl: this.place });
    else if (earlier) upload.resumeFromPreviousUpload(earlier);
    return upload;
  }

  options() {
    return {
      endpoint: this.url,
      chunkSize: CHUNK,
      retryDelays: RETRY_AFTER,
      removeFingerprintOnSuccess: true,
      headers: { "X-CSRFToken": this.token },
      metadata: { filename: this.file.name, filetype: this.file.type, modified: String(this.file.lastModified) },
      onAfterResponse: keepPlace,
      onShouldRetry: (error) => this.mayRetry(error),
      onProgress: (sent) => this.moved(sent),
      onError: (error) => this.tell("failed", sentence(error.originalResponse)),
      onSuccess: () => this.collect(),
    };
  }

  moved(sent) {
    if (this.waits) this.tell("moving");
    this.waits = false;
    this.show(this.pace.at(sent, performance.now()));
  }

  /** A refusal in words stands; a broken line, a server that is away or another request's turn passes. */
  mayRetry({ originalResponse: answer }) {
    const passes = !answer || answer.getStatus() === 409 || answer.getStatus() === 460 || (answer.getStatus() >= 500 && !refusal(answer));
    if (!passes) return false;
    this.pace = new Pace(this.file.size);
    this.waits = true;
    this.tell("waiting");
    return true;
  }

  async collect() {
    try {
      const answer = await fetch(this.upload.url, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(`HTTP ${answer.status}`);
      this.tell("done", await answer.text());
    } catch {
      this.tell("failed", `The file has arrived, but we could not show it. ${KEPT}`);
    }
  }
}

/** A server that is away says nothing about the upload; the library would begin it anew. */
function keepPlace(request, answer) {
  if (request.getMethod() === "HEAD" && answer.getStatus() >= 500) throw new Error(`HTTP ${answer.getStatus()}`);
}

function sentence(answer) {
  if (!answer) return LOST;
  return refusal(answer) ?? (answer.getHeader("Tus-Resumable") || answer.getStatus() >= 500 ? TROUBLE : SIGNED_OUT);
}

function refusal(answer) {
  try {
    return JSON.parse(answer.getBody()).error;
  } catch {
    return undefined; // an empty answer, or somebody else's page
  }
}
