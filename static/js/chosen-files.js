/** The files that a person chose or dropped, and the first look at a video before it has been sent. */

export const HEARD = ["change", "click", "dragover", "dragleave", "drop"];

/** The files of this event, if it brings any; a place to drop them shows that it would take them. */
export function filesOf(event) {
  if (event.type === "change" && event.target.type === "file") return taken(event.target);
  const drop = event.target.closest?.(".drop");
  if (!drop || !event.type.startsWith("dr")) return undefined;
  event.preventDefault();
  drop.classList.toggle("over", event.type === "dragover");
  return event.type === "drop" ? [...event.dataTransfer.files] : undefined;
}

function taken(input) {
  const files = [...input.files];
  input.value = ""; // the same file may be chosen again
  return files;
}

/** Shows it in `video[data-preview]`, if the page has one; the address to revoke later. */
export function preview(file) {
  const video = file.type.startsWith("video/") && document.querySelector("video[data-preview]");
  if (!video) return undefined;
  const local = URL.createObjectURL(file);
  Object.assign(video, { src: local, hidden: false });
  return local;
}
