/** Where a form goes that nobody has sent yet: to the server, and into this tab while the server can't keep it. */

/** Resolves to `{ ok, status, text }`, `ok` only where the server has it; to null where no answer came. */
export async function send(url, body, { leaving = false } = {}) {
  try {
    const answer = await fetch(url, { method: "POST", body, keepalive: leaving, headers: { "HX-Request": "true" } });
    const redirected = answer.headers.has("HX-Redirect");
    return { ok: answer.ok && !redirected, status: answer.status, redirected, text: await answer.text() };
  } catch {
    return null; // away: the tab keeps it
  }
}

/** Without its session a form is refused before anyone asks who sent it; a page says it plainly. */
export async function isSignedOut(answer) {
  if (answer?.status !== 403) return Boolean(answer?.redirected);
  const page = await fetch(location.pathname, { headers: { "HX-Request": "true" } }).catch(() => null);
  return Boolean(page?.headers.has("HX-Redirect"));
}

/** The parts of an answer, each into the element of its id, which gets the part's data too. */
export function putInPlace(text) {
  for (const part of new DOMParser().parseFromString(text, "text/html").body.children) {
    const place = document.getElementById(part.id);
    if (!place) continue;
    Object.assign(place.dataset, part.dataset);
    if (place.textContent !== part.textContent) place.replaceChildren(...part.childNodes);
  }
}

/** A reload shows what is kept under this id. */
export function comeBackTo(id) {
  const here = new URL(location.href);
  here.searchParams.set("unsaved", id);
  history.replaceState(history.state, "", here);
}

/** What this tab keeps for one person on one page: `{ url, id, body }`. */
export class TabCopy {
  constructor(owner) {
    this.key = `unsaved ${owner} ${location.pathname}`;
  }

  get() {
    return JSON.parse(sessionStorage.getItem(this.key));
  }

  set(copy) {
    sessionStorage.setItem(this.key, JSON.stringify(copy));
  }

  remove() {
    sessionStorage.removeItem(this.key);
  }
}
