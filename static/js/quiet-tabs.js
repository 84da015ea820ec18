/**
 * Nobody sees a hidden tab, so what a page reads every few seconds is not asked for there; in view it goes on with its
 * next turn. What a person sent off, and what sends something, goes through.
 */

document.addEventListener("htmx:config:request", (event) => {
  const { request, sourceEvent } = event.detail.ctx;
  if (document.hidden && request.method === "GET" && sourceEvent?.type === "every") event.preventDefault();
});
