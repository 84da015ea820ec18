/**
 * <caption-field data-near="2000" data-max="2200">: counts as TikTok does, in UTF-16 units, which is what
 * `String.length` is (tiktok-api.md section 6); amber from `near`, red over `max`. A kind of post with limits of its own
 * has them as `data-max-photo`. Its tools insert at the cursor.
 */

import { read } from "./rules.js";

class CaptionField extends HTMLElement {
  connectedCallback() {
    this.text = this.querySelector("textarea");
    this.counter = this.querySelector(".counter");
    this.addEventListener("input", this);
    this.addEventListener("click", this);
    this.form = this.text.form; // a field that has left the page has none any more
    this.form.addEventListener("change", this);
    document.addEventListener("htmx:after:swap", this); // words that were written elsewhere come in
    this.count();
  }

  disconnectedCallback() {
    this.removeEventListener("input", this);
    this.removeEventListener("click", this);
    this.form.removeEventListener("change", this);
    document.removeEventListener("htmx:after:swap", this);
  }

  handleEvent(event) {
    if (event.type === "input") document.getElementById("caption-error")?.remove(); // of words that are no more
    if (event.type !== "click") return this.count();
    const button = event.target.closest("[data-insert]");
    button?.closest("[popover]")?.hidePopover();
    this.insert(button?.dataset.insert);
  }

  count() {
    const length = this.text.value.length;
    const [near, max] = [this.limit("near"), this.limit("max")];
    this.counter.textContent = `${length.toLocaleString("en")} / ${max.toLocaleString("en")}`;
    this.counter.dataset.level = length > max ? "over" : length >= near ? "near" : "";
    this.tellTooLong(length - max, max);
  }

  /** Beside the field, and in the bar through the `data-todo` of what counts. */
  tellTooLong(over, max) {
    const [refused, said] = ["error", "over"].map((name) => document.getElementById(`caption-${name}`));
    if (!said) return; // the row of a table has the counter alone
    const by = over.toLocaleString("en");
    said.hidden = over <= 0 || Boolean(refused);
    said.querySelector("span").textContent = `TikTok takes up to ${max.toLocaleString("en")} characters. Shorten it by ${by}.`;
    this.text.setAttribute("aria-invalid", String(over > 0 || Boolean(refused)));
    this.text.setAttribute("aria-describedby", `caption-count ${refused?.id ?? (over > 0 ? said.id : "")}`);
    for (const { dataset } of [this.text, this.counter].filter((part) => "todo" in part.dataset)) {
      dataset.tooLong ??= dataset.todo;
      dataset.todo = over > 0 ? `${dataset.tooLong} by ${by}` : dataset.tooLong;
    }
  }

  limit(name) {
    const kind = read(this.form, "kind");
    return Number(this.dataset[`${name}${kind.charAt(0).toUpperCase()}${kind.slice(1)}`] ?? this.dataset[name]);
  }

  /** A sign alone waits for its word; words are kept apart from what stands on either side. */
  insert(words) {
    if (!words) return;
    const { selectionStart: start, selectionEnd: end, value } = this.text;
    const before = start > 0 && !/\s/.test(value[start - 1]) ? " " : "";
    const after = words.length > 1 && !/\s/.test(value[end] ?? "") ? " " : "";
    this.text.setRangeText(before + words + after, start, end, "end");
    this.text.focus();
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

customElements.define("caption-field", CaptionField);
