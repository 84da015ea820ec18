/**
 * <photo-preview data-of="images" data-src="/…/00000000-0000-0000-0000-000000000000/…">: the carousel as it will be seen,
 * one picture per id in the hidden input `data-of`, in its order, once its check is over; `data-src` is the address of
 * the picture of id zero.
 */

const NO_ID = "00000000-0000-0000-0000-000000000000";

class PhotoPreview extends HTMLElement {
  connectedCallback() {
    this.form = document.getElementById("post-form");
    this.form.addEventListener("change", this);
    this.observer = new MutationObserver(() => this.show());
    this.observer.observe(this.form, { childList: true, subtree: true });
  }

  disconnectedCallback() {
    this.form.removeEventListener("change", this);
    this.observer.disconnect();
  }

  handleEvent() {
    this.show();
  }

  show() {
    const ids = this.form.elements.namedItem(this.dataset.of).value.split(",").filter(isReady);
    if (this.shown === ids.join()) return;
    this.shown = ids.join();
    this.replaceChildren(...ids.map((id, place) => this.picture(id, place)));
  }

  picture(id, place) {
    const image = document.createElement("img");
    Object.assign(image, { src: this.dataset.src.replace(NO_ID, id), alt: `Photo ${place + 1}` });
    return image;
  }
}

/** Only of a checked photo is there a picture to fetch. */
const isReady = (id) => Boolean(document.getElementById(`media-${id}`)?.querySelector(".checks"));

customElements.define("photo-preview", PhotoPreview);
