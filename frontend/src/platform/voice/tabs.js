// Several tabs, one line: the tab that holds the lock has the softphone, the others see and steer it over a channel.
// https://www.w3.org/TR/web-locks/ https://html.spec.whatwg.org/multipage/web-messaging.html#broadcasting-to-other-browsing-contexts

const NAME = "edgeline.softphone";

let channel;
let tell;

function hold(steal) {
  navigator.locks
    .request(NAME, { steal }, () => {
      tell({ news: "holds_line" });
      // Until the tab is closed, or another takes it.
      return new Promise(() => {});
    })
    .catch(() => {
      tell({ news: "lost_line" });
      hold(false);
    });
}

export const tabs = {
  listen(listener) {
    tell = listener;
    channel = new BroadcastChannel(NAME);
    channel.onmessage = ({ data }) => tell({ news: "heard", text: data });
    hold(false);
  },

  say(text) {
    channel.postMessage(text);
  },

  /** From a tab that sleeps. */
  take: () => hold(true),
};
