/** A card in the hand, for <week-grid>: where it may be put down, and what that means. */

const EVENTS = ["dragstart", "dragover", "drop", "dragend"];

export class Carrying {
  constructor(grid) {
    this.grid = grid;
    this.card = null;
    for (const type of EVENTS) grid.addEventListener(type, this);
  }

  end() {
    for (const type of EVENTS) this.grid.removeEventListener(type, this);
  }

  handleEvent(event) {
    if (event.type === "dragstart") this.take(event);
    else if (!this.card) return;
    else if (event.type === "dragend") this.letGo();
    else this.over(event);
  }

  take(event) {
    this.card = event.target.closest?.(".pc[draggable]") ?? null;
    if (!this.card) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", this.card.id);
    this.card.classList.add("dragging");
  }

  over(event) {
    const place = this.place(event.target);
    this.mark(place);
    if (!place) return;
    event.preventDefault();
    if (event.type === "drop") this.drop(place);
  }

  /** A slot of the card's own account, or a day in its own row; never one that is over. */
  place(element) {
    const { lane } = this.card.dataset;
    const slot = element.closest(".slot");
    if (slot?.dataset.lane === lane) return slot;
    const cell = element.closest(".cell:not(.past)");
    const isAnyones = cell && (!("lane" in cell.dataset) || "hour" in cell.dataset);
    return isAnyones || cell?.dataset.lane === (lane || "none") ? cell : null;
  }

  drop(place) {
    const { card } = this;
    const values = where(card, place);
    this.letGo();
    if (place === card.closest(".cell")) return;
    const needsNoWord = !("asks" in card.dataset) || (values.time && card.dataset.status === "draft");
    if (needsNoWord) this.grid.send(card, values);
    else this.grid.ask(card, { date: values.date });
  }

  letGo() {
    this.card.classList.remove("dragging");
    this.mark(null);
    this.card = null;
  }

  mark(place) {
    for (const each of this.grid.querySelectorAll(".over")) each.classList.remove("over");
    place?.classList.add("over");
  }
}

/** The day, and the time where the place says one: a slot, or an hour with the card's own minute. */
function where(card, place) {
  const cell = place.closest(".cell");
  const values = { date: cell.dataset.date };
  if (place.dataset.time) values.time = place.dataset.time;
  else if (cell.dataset.hour && card.dataset.minute) values.time = `${cell.dataset.hour}:${card.dataset.minute}`;
  return values;
}
