/**
 * Uploads that the page lists as unfinished (`data-left`: the address; `data-name`, `data-length`, `data-modified`: the
 * file), for browsers whose own memory of them is gone.
 */

/** Where the upload of that file goes on, which is then no longer listed; undefined where nothing is left of it. */
export function leftOf(file) {
  const same = ({ dataset }) => dataset.name === file.name && Number(dataset.length) === file.size && Number(dataset.modified) === file.lastModified;
  const entry = [...document.querySelectorAll("[data-left]")].find(same);
  entry?.remove();
  return entry?.dataset.left;
}
