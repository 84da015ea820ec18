/**
 * <photo-preview data-of="images" data-src="/…/00000000-0000-0000-0000-000000000000/…">: the carousel as it will be seen,
 * one picture per id in the hidden input `data-of`, in its order; `data-src` is the address of the picture of id zero.
 */

const NO_ID = "00000000-0000-0000-0000-000000000000";

class PhotoPreview extends HTMLElement {
  connectedCallback() {
    this.form = document.getElementById("post-form");
    this.form.addEventListener("change", this);
  }

  disconnectedCallback() {
    this.form.removeEventListener("change", this);
  }

  handleEvent() {
    const ids = this.form.elements.namedItem(this.dataset.of).value;
    if (this.shown === ids) return;
    this.shown = ids;
    this.replaceChildren(...ids.split(",").filter(Boolean).map((id, place) => this.picture(id, place)));
  }

  picture(id, place) {
    const image = document.createElement("img");
    Object.assign(image, { src: this.dataset.src.replace(NO_ID, id), alt: `Photo ${place + 1}` });
    return image;
  }
}

customElements.define("photo-preview", PhotoPreview);
