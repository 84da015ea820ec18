/** One row of an upload: how far the file is, what can be done with it, and what is left to do about it. */

import { size } from "./pace.js";

const BUTTONS = { queued: [], moving: ["pause"], waiting: ["pause"], paused: ["resume"], failed: ["retry"], done: [] };
const WORDS = { queued: "Waits for the others", waiting: "Waiting for a connection", paused: "Paused; kept for a day" };

export const slot = (part, name) => part.querySelector(`[data-slot=${name}]`);
export const act = (row, name) => row.querySelector(`[data-do=${name}]`);

/** The id of the media in this row, if it counts: `undefined` while it is on its way or another takes its place. */
export const idOf = (row) => (row.hidden ? undefined : row.querySelector("[data-media-id]")?.dataset.mediaId);

/** Whether leaving the page would interrupt it. */
export const isUnderWay = (row) => ["queued", "moving", "waiting"].includes(row.dataset.state);

/** A new row for `file`, from the template of `element`. */
export function rowFor(file, element) {
  const row = element.querySelector("template").content.firstElementChild.cloneNode(true);
  row.file = file;
  slot(row, "name").textContent = file.name;
  slot(row, "sent").textContent = size(file.size);
  slot(row, "progress").querySelector("progress").ariaLabel = `Upload of ${file.name}`;
  return row;
}

/** `said`: the sentence of a failure, the fragment of what is done. */
export function enter(row, state, said) {
  row.dataset.state = state;
  for (const name of ["pause", "resume", "retry"]) act(row, name).hidden = !BUTTONS[state].includes(name);
  act(row, "remove").hidden = state === "done" && row.closest("[data-max]")?.dataset.max === "1"; // it is replaced
  slot(row, "error").hidden = state !== "failed";
  slot(row, "progress").hidden = state === "done";
  slot(row, "speed").textContent = "";
  slot(row, "left").textContent = WORDS[state] ?? "";
  if (state === "failed") slot(row, "sentence").textContent = said;
  if (state === "done") show(row, said);
}

function show(row, fragment) {
  slot(row, "result").innerHTML = fragment;
  globalThis.htmx?.process(slot(row, "result"));
}

export function showPace(row, { share, sent, speed, left }) {
  const bar = slot(row, "progress").querySelector("progress");
  if (share < 1) bar.value = share;
  else bar.removeAttribute("value"); // all sent: the server puts it away, for as long as it takes
  slot(row, "sent").textContent = sent;
  slot(row, "speed").textContent = speed;
  slot(row, "left").textContent = share < 1 ? left : "";
}

/** What is left to do about this row, in words; nothing where nothing is. */
export function left(row) {
  const name = row.file?.name;
  if (isUnderWay(row)) return `Wait for ${name}`;
  if (row.dataset.state === "paused") return `Resume ${name}, or remove it`;
  return row.dataset.state === "failed" ? `Send ${name} again, or remove it` : undefined;
}

/** The same in the list of the form, which it counts for under the condition `when`; `focus` is where a link leads. */
export function tellWhatIsLeft(row, when, focus) {
  const { dataset } = slot(row, "progress");
  const todo = left(row);
  if (todo) Object.assign(dataset, { todo, todoIf: when, focus });
  else ["todo", "todoIf", "focus"].forEach((name) => delete dataset[name]);
}
