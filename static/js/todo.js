/** What is still missing in a form, as one sentence whose links lead to the fields. */

/** "2 things left: Add a video · Choose who can watch", each a link; `ready` when nothing is left. */
export function sentence(left, ready) {
  const words = document.createElement("span");
  const count = left.length === 1 ? "One thing left: " : `${left.length} things left: `;
  words.append(left.length ? count : ready);
  left.forEach((part, index) => {
    const link = document.createElement("a");
    Object.assign(link, { className: "link", textContent: part.dataset.todo, href: `#${target(part)}` });
    words.append(index ? " · " : "", link);
  });
  return words;
}

const target = (part) => part.dataset.focus ?? part.id;

/** Brings what is left into view, and the keyboard with it. */
export function focusOn(part) {
  const control = part && (document.getElementById(target(part)) ?? part);
  control?.scrollIntoView({ block: "center" });
  control?.focus({ preventScroll: true });
}
