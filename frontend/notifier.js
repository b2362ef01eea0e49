// The service worker: shows what a push service brings while nobody looks at the panel, and leads there on a click.
// It answers no request and keeps nothing: what it does not serve cannot be stale.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const pages = () => self.clients.matchAll({ type: "window", includeUncontrolled: true });

self.addEventListener("push", (event) => event.waitUntil(show(event.data?.json())));

async function show(note) {
  // Whoever looks at the panel sees it there.
  if (!note || (await pages()).some((page) => page.visibilityState === "visible")) return;
  await self.registration.showNotification(note.title, {
    body: note.body,
    tag: note.tag,
    renotify: true,
    icon: "/icons/icon-192.png",
    data: { path: note.path },
  });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.path ?? "/"));
});

async function open(path) {
  const [page] = await pages();
  if (!page) return self.clients.openWindow(path);
  page.postMessage({ open: path });
  return page.focus();
}
