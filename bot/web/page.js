// Scrolls to what is cited, and takes over Telegram's colours where it opens the page.
"use strict";

const theme = new URLSearchParams(location.hash.slice(1).replace("?", "&")).get(
  "tgWebAppThemeParams",
);
if (theme) {
  const colours = JSON.parse(theme);
  const root = document.documentElement;
  for (const name of ["bg_color", "text_color"]) {
    if (/^#[0-9a-f]{6}$/i.test(colours[name])) {
      root.style.setProperty(`--tg-${name.replace("_", "-")}`, colours[name]);
    }
  }
  const parts = /^#(..)(..)(..)$/.exec(colours.bg_color ?? "");
  if (parts) {
    const brightness = parts.slice(1).reduce((sum, part) => sum + parseInt(part, 16), 0);
    root.dataset.theme = brightness < 3 * 128 ? "dark" : "light";
  }
}
document.getElementById("cited")?.scrollIntoView({ block: "center" });
