/**
 * <key-commands>: the single keys of ui.md 5.8. Each does what a visible control does, so it presses that control:
 * one with `data-key`, or an entry of the rail. Off while typing and while a dialog is open, and for people who switch
 * them off in the list that `?` opens or on their own page (WCAG 2.1.4): the box says which, and htmx keeps the choice.
 */

const NAMED = { n: '[data-section="post_new"]', c: '[data-section="calendar"]', "/": 'input[type="search"]' };
const TYPING = "input:not([type=radio], [type=checkbox], [type=button]), textarea, select, [contenteditable]";
const CHORD_MS = 1_500;

class KeyCommands extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.choice = this.querySelector("input[type=checkbox]");
    document.addEventListener("keydown", this);
    document.addEventListener("click", this);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this);
    document.removeEventListener("click", this);
  }

  handleEvent(event) {
    if (event.type === "click") this.click(event);
    else this.press(event);
  }

  click(event) {
    if (event.target.closest("[data-keys]")) this.dialog.showModal();
    else if (this.contains(event.target) && event.target.closest("[data-close]")) this.dialog.close();
  }

  press(event) {
    const isOff = !this.choice.checked || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey;
    if (isOff || event.target.closest(TYPING) || document.querySelector("dialog[open]")) return;
    if (event.target.matches("[type=radio]") && event.key.startsWith("Arrow")) return;
    if (this.act(event.key.length === 1 ? event.key.toLowerCase() : event.key)) event.preventDefault();
  }

  act(key) {
    const follows = this.chord && performance.now() - this.chord < CHORD_MS;
    this.chord = key === "g" ? performance.now() : null;
    if (follows) return push(`[data-key="g ${key}"]`);
    if (key === "?") return this.dialog.showModal() ?? true;
    if (key === "j" || key === "k") return walk(key === "j" ? 1 : -1);
    if (key === "m") return moveFocused();
    return push(NAMED[key] ?? `[data-key="${CSS.escape(key)}"]`);
  }
}

function seen(selector) {
  return [...document.querySelectorAll(selector)].filter((each) => each.checkVisibility({ visibilityProperty: true }));
}

function push(selector) {
  const [control] = seen(selector);
  if (control?.matches("input")) control.focus();
  else control?.click();
  return Boolean(control);
}

/** To the next or the last post; from outside of them to the first. */
function walk(step) {
  const posts = seen("[data-walk]");
  const here = posts.indexOf(document.activeElement);
  posts[here < 0 ? 0 : (here + step + posts.length) % posts.length]?.focus();
  return posts.length > 0;
}

function moveFocused() {
  const card = document.activeElement.closest("[data-post][data-version]");
  card?.dispatchEvent(new CustomEvent("move-card", { bubbles: true }));
  return Boolean(card);
}

customElements.define("key-commands", KeyCommands);
