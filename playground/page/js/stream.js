// The live line: server-sent events, resumed by the browser with Last-Event-ID, opened anew when the server was away.

import { eventsPath } from "./api.js";

const KINDS = ["message", "edited", "deleted", "chat", "migrated", "pressed", "answered", "typing", "call", "sms", "handset", "complaint", "device", "reset"];
const RETRY_MILLISECONDS = 1500;

/**
 * Follow what happens. `hear(kind, content)` gets every event; `hear("opened")` comes when the line stands (again)
 * without a known place to resume from: read everything. `tell(online)` says whether the line stands.
 */
export function follow(hear, tell) {
  let source = null;
  let lastId = null;

  const open = () => {
    source = new EventSource(lastId === null ? eventsPath : `${eventsPath}?after=${lastId}`);
    source.addEventListener("open", () => {
      tell(true);
      if (lastId === null) hear("opened", {});
    });
    source.addEventListener("error", () => {
      tell(false);
      if (source.readyState === EventSource.CLOSED) setTimeout(open, RETRY_MILLISECONDS);
    });
    for (const kind of KINDS) source.addEventListener(kind, (event) => take(kind, event));
  };

  const take = (kind, event) => {
    lastId = event.lastEventId;
    hear(kind, JSON.parse(event.data));
  };

  open();
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => event.persisted && open());
}
