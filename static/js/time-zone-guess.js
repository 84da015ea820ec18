// <time-zone-guess>: chooses the browser's own time zone in the select inside, unless a person has chosen already.
// Without it the select simply starts at UTC.

customElements.define(
  "time-zone-guess",
  class extends HTMLElement {
    connectedCallback() {
      const select = this.querySelector('select[name="time_zone"]');
      const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
      const untouched = select?.value === "UTC" && !this.querySelector("[aria-invalid]");
      if (untouched && [...select.options].some((option) => option.value === here)) select.value = here;
    }
  },
);
