/**
 * <pass-key hidden>: a form whose `credential` is a passkey's word. With `data-options` it answers the options of the page,
 * with `data-makes` a new passkey; without options it asks the form's address for them. Shown only where the browser
 * has passkeys; `[data-failed]` says that it did not come to one.
 */

const ABLE = Boolean(globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON);

class PassKey extends HTMLElement {
  connectedCallback() {
    this.hidden = !ABLE;
    this.addEventListener("submit", this);
  }

  disconnectedCallback() {
    this.removeEventListener("submit", this);
  }

  async handleEvent(event) {
    event.preventDefault();
    const form = event.target;
    this.querySelector("[data-failed]").hidden = true;
    try {
      const credential = await this.credential(await this.options(form));
      form.elements.credential.value = JSON.stringify(credential);
      form.submit(); // asks nobody again
    } catch {
      this.querySelector("[data-failed]").hidden = false;
    }
  }

  async options(form) {
    if (this.dataset.options) return JSON.parse(this.dataset.options);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    return (await answer.json()).request_options;
  }

  credential({ publicKey }) {
    if (this.dataset.makes === undefined) {
      return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
    }
    const known = { residentKey: "required", requireResidentKey: true, userVerification: "required" };
    const authenticatorSelection = { ...publicKey.authenticatorSelection, ...known };
    const made = PublicKeyCredential.parseCreationOptionsFromJSON({ ...publicKey, authenticatorSelection });
    return navigator.credentials.create({ publicKey: made });
  }
}

customElements.define("pass-key", PassKey);
