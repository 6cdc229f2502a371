import type { Stage } from "./scene.ts";
import { signZoom, type ZoomBody } from "./zoom.ts";

/** Sends an event as Zoom does, now, and returns the status word of the answer. */
export async function deliverZoom({ url, secrets }: Stage, event: ZoomBody): Promise<string> {
  const body = JSON.stringify(event);
  const response = await fetch(`${url}/functions/v1/zoom-webhook`, {
    method: "POST",
    headers: signZoom(body, secrets.zoom),
    body,
  });
  const answer: unknown = await response.json();
  if (response.ok && typeof answer === "object" && answer && "status" in answer) {
    return String(answer.status);
  }
  throw new Error(`zoom-webhook answered ${response.status}: ${JSON.stringify(answer)}`);
}
