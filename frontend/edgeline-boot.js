// Runs before the page is painted: the remembered theme and language, so that nothing flashes.
// Then starts the WebAssembly module. A file and not an inline script: the content security policy allows no inline one.
(() => {
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem("edgeline.theme");
    if (theme) root.dataset.theme = theme;
    const language = localStorage.getItem("edgeline.language");
    if (language) root.lang = language;
  } catch {
    // Storage is forbidden: the system's theme and the browser's language will do.
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
