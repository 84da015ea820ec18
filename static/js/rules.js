/**
 * The conditions that the server writes into `data-show`, `data-disable`, `data-clear` and `data-todo-if`.
 * Terms divided by spaces, all of which must hold: `name` (ticked, or not empty), `!name`, `name=value`,
 * `name>2200` (longer, in UTF-16 units), `name>>2200` (a greater number); of `one|other` either. No term at all
 * always holds.
 */

const TERM = /^(!?)([\w-]+)(?:(=|>>?)(.*))?$/;

/** Whether `condition` holds for a form; an unreadable term throws, so that a typo in a template is seen. */
export function holds(condition, form) {
  return condition.split(/\s+/).filter(Boolean).every((terms) => terms.split("|").some((text) => oneHolds(text, form)));
}

function oneHolds(text, form) {
  const match = TERM.exec(text);
  if (!match) throw new Error(`"${text}" is no condition`);
  const [, negation, name, operator, operand] = match;
  return Boolean(negation) !== termHolds(read(form, name), operator, operand);
}

function termHolds(value, operator, operand) {
  if (operator === "=") return value === operand;
  if (operator === ">>") return Number(value) > Number(operand);
  if (operator === ">") return value.length > Number(operand);
  return value !== "";
}

/** The value of a control by name; "" where it is not ticked, not chosen or not there. */
export function read(form, name) {
  const control = form.elements.namedItem(name);
  if (!control) return "";
  if (control.type === "checkbox") return control.checked ? control.value : "";
  return control.value;
}

/** What a person reads for the controls of these names: captions, chosen options, ticked boxes. */
export function words(form, names) {
  return names.split(/\s+/).map((name) => word(form, name)).filter(Boolean).join(", ");
}

function word(form, name) {
  const value = read(form, name);
  if (!value) return "";
  const control = form.elements.namedItem(name);
  const chosen = control.selectedOptions?.[0] ?? (control instanceof RadioNodeList ? checked(control) : control);
  return chosen.dataset.label ?? value;
}

function checked(radios) {
  return [...radios].find((radio) => radio.checked);
}
