/** The one menu of all cards of a calendar: its links are those of the card whose button opened it, and it stands there. */

const GAP_PX = 6;
const EDGE_PX = 8;

export class CardMenu {
  constructor(menu) {
    this.menu = menu;
    this.card = null;
  }

  openAt(button, card) {
    this.card = card;
    const base = card.dataset.post;
    this.link("open").href = base;
    this.link("edit").href = `${base}edit/`;
    this.link("move").href = button.href;
    this.menu.showPopover();
    this.place(button.getBoundingClientRect());
  }

  close() {
    if (this.menu.matches(":popover-open")) this.menu.hidePopover();
  }

  link(name) {
    return this.menu.querySelector(`[data-menu=${name}]`);
  }

  /** Below the button, or above it where there is no room; the style is set by script, which the CSP allows. */
  place(at) {
    const { offsetWidth: width, offsetHeight: height } = this.menu;
    const below = at.bottom + GAP_PX;
    const top = below + height > innerHeight - EDGE_PX ? Math.max(EDGE_PX, at.top - height - GAP_PX) : below;
    const left = Math.max(EDGE_PX, Math.min(at.left, innerWidth - width - EDGE_PX));
    this.menu.style.inset = `${top}px auto auto ${left}px`;
  }
}
