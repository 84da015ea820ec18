/** A file as the raw body of a POST: streamed by the browser, never read into memory, with its progress. */

/** An open request to `url`; the caller adds its listeners and calls `send(file)`. */
export function post(url, file, csrfToken) {
  const request = new XMLHttpRequest();
  request.open("POST", url);
  request.setRequestHeader("X-CSRFToken", csrfToken);
  request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
  request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
  return request;
}

/** The sentence of a JSON refusal `{"error": "…"}`; undefined where the answer is something else. */
export function refusal(request) {
  try {
    return JSON.parse(request.responseText).error;
  } catch {
    return undefined;
  }
}
