import { testStack } from "./resources.ts";
import type { CloudFacts, CloudFailure, CloudRequest } from "./vendors/zoom/world.ts";

async function zoom<Answer>(command: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${testStack().vendors.zoom}/__control/${command}`, {
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${command}: ${response.status} ${await response.text()}`);
  return await response.json();
}

/** Adds to what the loopback Zoom knows. */
export const teachZoom = (facts: CloudFacts) => zoom<unknown>("facts", facts);
export const failZoom = (failure: CloudFailure) => zoom<unknown>("failures", failure);
export const mendZoom = (match: string) => zoom<unknown>(`mend?match=${encodeURIComponent(match)}`);
export const askedOfZoom = (match: string) =>
  zoom<CloudRequest[]>(`requests?match=${encodeURIComponent(match)}`);
