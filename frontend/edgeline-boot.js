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
    try {
      const module = await import(document.querySelector('meta[name="edgeline-module"]').content);
      await module.default();
    } catch (error) {
      console.error(error);
      document.body.textContent =
        "Edgeline could not start: reload the page, or use a current browser. · " +
        "Edgeline n’a pas pu démarrer : rechargez la page, ou utilisez un navigateur à jour.";
    }
  });
})();
