/**
 * <same-for-all>: the choices of several accounts. Its buttons (`data-do="same" data-lead="…"`) copy what was chosen for
 * one account to the others, as far as every account offers it. "Who can watch" is copied only into a dropdown that the
 * person has opened themselves: TikTok wants it chosen for each post (tiktok-api.md section 15, point 6).
 */

const BOXES = ["allow_comment", "allow_duet", "allow_stitch", "disclose", "brand_organic", "brand_content"];
const HEARD = ["click", "pointerdown", "keydown", "change"];
const OPENS = new Set([" ", "Enter", "ArrowDown", "ArrowUp"]);

class SameForAll extends HTMLElement {
  connectedCallback() {
    for (const type of HEARD) this.addEventListener(type, this);
    for (const button of this.buttons) button.hidden = false;
  }

  disconnectedCallback() {
    for (const type of HEARD) this.removeEventListener(type, this);
  }

  get buttons() {
    return [...this.querySelectorAll("[data-do=same]")];
  }

  handleEvent(event) {
    const select = event.target.closest("select");
    const opens = event.type === "pointerdown" || event.type === "change" || OPENS.has(event.key);
    if (select && opens) select.dataset.opened = "";
    const button = event.type === "click" && event.target.closest("[data-do=same]");
    if (button) this.copy(button.dataset.lead);
  }

  copy(lead) {
    const leads = this.buttons.map((button) => button.dataset.lead);
    for (const name of BOXES) this.tick(leads.map((each) => this.field(each, name)), this.field(lead, name).checked);
    const shut = this.choose(leads.map((each) => this.field(each, "privacy_level")), this.field(lead, "privacy_level").value);
    this.querySelector("[data-slot=copied]").textContent = shut
      ? "Copied what every account offers. Who can watch is yours to choose for each account."
      : "Copied what every account offers.";
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  field(lead, name) {
    return this.closest("form").elements.namedItem(lead + name);
  }

  /** A box that one creator has turned off is not offered by every account. */
  tick(boxes, checked) {
    if (boxes.some((box) => box.disabled)) return;
    for (const box of boxes) box.checked = checked;
  }

  /** Returns whether a dropdown was left as it is because nobody has opened it. */
  choose(selects, value) {
    if (!value) return false;
    const offered = selects.every((select) => [...select.options].some((option) => option.value === value && !option.disabled));
    for (const select of selects) if (offered && "opened" in select.dataset) select.value = value;
    return selects.some((select) => select.value !== value);
  }
}

customElements.define("same-for-all", SameForAll);
