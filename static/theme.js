// Runs before the first paint: "as the device" becomes light or dark. Without script the theme stays light.
{
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => { root.dataset.bsTheme = dark.matches ? "dark" : "light"; };
  if (root.dataset.bsTheme === "auto") {
    apply();
    dark.addEventListener("change", apply);
  }
}
