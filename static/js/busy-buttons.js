/**
 * A button that sends something shows that it works (`aria-busy`), and what is pressed again meanwhile sends nothing:
 * in the whole form, or at a single button of htmx. It ends with the answer, which htmx tells, or with the page. A form
 * that is answered with a file (`data-download`) leaves the page as it is, so it takes no part.
 */

const LONGEST_MS = 30_000; // a press may lead nowhere: somebody stays on the page after all, or stops it loading
const sent = new Map(); // by form, or button of htmx: the button that shows it, and what it waits for

function begin(key, button, request) {
  button.ariaBusy = "true";
  sent.set(key, { button, request, timer: setTimeout(() => end(key), LONGEST_MS) });
}

function end(key) {
  const { button, timer } = sent.get(key);
  clearTimeout(timer);
  button.removeAttribute("aria-busy");
  sent.delete(key);
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || !submitter || "download" in form.dataset || form.method === "dialog") return;
  if (sent.has(form)) event.preventDefault();
  else begin(form, submitter, event);
});

/** The button behind a request of htmx; none where something else asks, such as a filter or the clock. */
function pressed({ sourceElement, sourceEvent }) {
  return sourceEvent?.submitter ?? (sourceEvent?.type === "click" ? sourceElement.closest("button") : null);
}

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (pressed(ctx) && sent.has(ctx.sourceElement)) event.preventDefault();
});

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const button = pressed(ctx);
  if (button && !sent.has(ctx.sourceElement)) begin(ctx.sourceElement, button, ctx);
});

/** Before the answer is shown, since what it shows may be pressed at once; without an answer, when htmx gives up. */
for (const type of ["htmx:after:request", "htmx:finally:request"]) {
  document.addEventListener(type, ({ detail: { ctx } }) => {
    if (sent.get(ctx.sourceElement)?.request === ctx) end(ctx.sourceElement);
  });
}

/** Back on a page as it was left: what was on its way then has been answered. */
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) for (const key of sent.keys()) end(key);
});
