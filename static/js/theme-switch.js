/** <theme-switch>: turns the page dark or light and keeps the choice in a cookie that the server reads. */

const YEAR_IN_SECONDS = 31_536_000;

class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this);
  }

  handleEvent(event) {
    if (!event.target.closest("button")) return;
    const root = document.documentElement;
    const systemIsDark = matchMedia("(prefers-color-scheme: dark)").matches;
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : systemIsDark;
    root.dataset.theme = isDark ? "light" : "dark";
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `theme=${root.dataset.theme}; path=/; max-age=${YEAR_IN_SECONDS}; samesite=lax${secure}`;
  }
}

customElements.define("theme-switch", ThemeSwitch);
