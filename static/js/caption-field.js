/**
 * <caption-field data-near="2000" data-max="2200">: counts as TikTok does, in UTF-16 units, which is what
 * `String.length` is (tiktok-api.md section 6); amber from `near`, red over `max`. Its tools insert at the cursor.
 */

class CaptionField extends HTMLElement {
  connectedCallback() {
    this.text = this.querySelector("textarea");
    this.counter = this.querySelector(".counter");
    this.addEventListener("input", this);
    this.addEventListener("click", this);
    this.count();
  }

  disconnectedCallback() {
    this.removeEventListener("input", this);
    this.removeEventListener("click", this);
  }

  handleEvent(event) {
    if (event.type === "input") this.count();
    else this.insert(event.target.closest("[data-insert]")?.dataset.insert);
  }

  count() {
    const length = this.text.value.length;
    const max = Number(this.dataset.max);
    this.counter.textContent = `${length.toLocaleString("en")} / ${max.toLocaleString("en")}`;
    this.counter.dataset.level = length > max ? "over" : length >= Number(this.dataset.near) ? "near" : "";
    this.text.setAttribute("aria-invalid", String(length > max));
  }

  insert(sign) {
    if (!sign) return;
    const { selectionStart: start, selectionEnd: end, value } = this.text;
    const gap = start > 0 && !/\s/.test(value[start - 1]) ? " " : "";
    this.text.setRangeText(gap + sign, start, end, "end");
    this.text.focus();
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

customElements.define("caption-field", CaptionField);
