// Sets the remembered theme and language before the first paint, then starts the module.
// A file, because the content security policy allows no inline script.
(() => {
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem("edgeline.theme");
    if (theme) root.dataset.theme = theme;
    const language = localStorage.getItem("edgeline.language");
    if (language) root.lang = language;
  } catch {
    // Storage is forbidden.
  }
  document.addEventListener("DOMContentLoaded", async () => {
    const address = (name) => document.querySelector(`meta[name="${name}"]`).content;
    try {
      const module = await import(address("edgeline-module"));
      await module.default({ module_or_path: address("edgeline-wasm") });
    } catch (error) {
      console.error(error);
      document.body.textContent =
        "Edgeline could not start: reload the page, or use a current browser. · " +
        "Edgeline n’a pas pu démarrer : rechargez la page, ou utilisez un navigateur à jour.";
    }
  });
})();
