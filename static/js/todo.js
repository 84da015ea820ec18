/** What is still missing in a form, as one sentence whose links lead to the fields. */

/** What is left, into its place in the page; `asked` where somebody wanted to go on all the same. Returns if it is new. */
export function show(list, left, asked) {
  const key = `${asked} ${left.map((part) => part.dataset.todo).join()}`;
  if (list.dataset.shown === key) return false;
  list.dataset.shown = key;
  list.toggleAttribute("data-done", !left.length);
  list.toggleAttribute("data-asked", asked);
  list.replaceChildren(sentence(left, list.dataset.ready ?? "Ready", asked));
  return true;
}

/** The same to screen readers, who read what `data-todo-told` comes to hold. */
export function tell(scope) {
  const [list, told] = ["list", "told"].map((name) => scope.querySelector(`[data-todo-${name}]`));
  if (told && told.textContent !== list.textContent) told.textContent = list.textContent;
}

/** "2 things left: Add a video · Choose who can watch", each a link; `ready` when nothing is left. */
function sentence(left, ready, asked) {
  const words = document.createElement("span");
  const count = left.length === 1 ? "One thing left: " : `${left.length} things left: `;
  words.append(left.length ? (asked ? `Not yet. ${count}` : count) : ready);
  left.forEach((part, index) => {
    const link = document.createElement("a");
    Object.assign(link, { className: "link", textContent: part.dataset.todo, href: `#${target(part)}` });
    words.append(index ? " · " : "", link);
  });
  return words;
}

const target = (part) => part.dataset.focus ?? part.id;

/** Brings what is left into view, out of what is folded too, and the keyboard with it. */
export function focusOn(part) {
  const control = part && (document.getElementById(target(part)) ?? part);
  control?.closest("details")?.setAttribute("open", "");
  control?.scrollIntoView({ block: "center" });
  control?.focus({ preventScroll: true, focusVisible: true });
}
