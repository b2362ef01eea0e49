// Notifications (https://notifications.spec.whatwg.org/), push (https://www.w3.org/TR/push-api/) and a short sound.
// A script, because through wasm-bindgen each of these calls would weigh on the first load.
const worker = () => navigator.serviceWorker;

export function listen(onOpen) {
  if (!worker()) return;
  worker().onmessage = ({ data }) => data?.open && onOpen(data.open);
  worker().register("/notifier.js").catch((error) => console.warn(error));
}

export function permission() {
  return worker() && "Notification" in self ? Notification.permission : "unsupported";
}

export async function ask() {
  return permission() === "unsupported" ? "unsupported" : await Notification.requestPermission();
}

export async function show(title, body, tag, path) {
  if (permission() !== "granted") return;
  const registration = await worker().ready;
  await registration.showNotification(title, { body, tag, renotify: true, icon: "/icons/icon-192.png", data: { path } });
}

/** Answers the subscription as JSON; nothing where there is no push service. */
export async function subscribe(key) {
  const { pushManager } = await worker().ready;
  if (!pushManager) return undefined;
  const bytes = Uint8Array.from(atob(key.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
  try {
    return JSON.stringify(await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes }));
  } catch (error) {
    if (error.name !== "InvalidStateError") throw error;
    // Subscribed with the key of an earlier deployment.
    await (await pushManager.getSubscription())?.unsubscribe();
    return JSON.stringify(await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes }));
  }
}

/** Ends the subscription. Answers its endpoint, if there was one. */
export async function unsubscribe() {
  if (!worker()) return undefined;
  const subscription = await (await worker().ready).pushManager?.getSubscription();
  await subscription?.unsubscribe();
  return subscription?.endpoint;
}

let audio;
/** Two soft notes. A browser that was not touched yet stays silent. */
export function chime() {
  audio ??= new AudioContext();
  const now = audio.currentTime;
  for (const [pitch, at] of [[740, 0], [988, 0.11]]) {
    const tone = audio.createOscillator(), volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, now + at);
    volume.gain.exponentialRampToValueAtTime(0.12, now + at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, now + at + 0.35);
    tone.connect(volume).connect(audio.destination);
    tone.start(now + at);
    tone.stop(now + at + 0.4);
  }
}
