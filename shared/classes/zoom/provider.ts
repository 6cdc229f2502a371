import type { Provider } from "../provider.ts";
import { isZoomConfigured, zoomSecrets } from "./env.ts";

/** How long a link to a recording works: somebody watches it meanwhile. */
const LINK_SECONDS = 600;

export const zoom: Provider = {
  secrets: zoomSecrets,
  linkSeconds: LINK_SECONDS,
  normalizer: () => import("./receive.ts"),
  tasks: () =>
    isZoomConfigured()
      ? {
          reconcile_zoom_meeting: () => import("./tasks/reconcile_zoom_meeting.ts"),
          resolve_zoom_host: () => import("./tasks/resolve_zoom_host.ts"),
        }
      : {},
  recordingLinks: async (files, _, signal) => {
    const { zoomRecordingLinks } = await import("./recording-links.ts");
    const instances = new Set(files.map(({ instance_key }) => instance_key));
    return zoomRecordingLinks(instances, LINK_SECONDS, signal);
  },
};
