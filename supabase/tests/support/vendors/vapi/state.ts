import { randomUUID } from "node:crypto";
import type { Json } from "./http.ts";

/** A resource at VAPI, as the API answers it. */
export type Resource = Json & { id: string; createdAt: string; updatedAt: string };

/** How VAPI proves its deliveries, by the credential's id. */
export interface Credential {
  kind: "bearer" | "secret" | "hmac";
  secret: string;
}

/** One organisation. */
export interface Organisation {
  key: string;
  url: string;
  assistants: Map<string, Resource>;
  numbers: Map<string, Resource>;
  calls: Map<string, Resource>;
  credentials: Map<string, Credential>;
  /** Every request to the API, for tests to look at. */
  requests: { method: string; path: string; body: unknown }[];
}

export const newOrganisation = (key: string): Organisation => ({
  key,
  url: "",
  assistants: new Map(),
  numbers: new Map(),
  calls: new Map(),
  credentials: new Map(),
  requests: [],
});

const orgId = randomUUID();

/** A new resource, or one with the ids and times that a test gives. */
export function newResource(fields: Json): Resource {
  const now = new Date().toISOString();
  return { id: randomUUID(), orgId, createdAt: now, updatedAt: now, ...fields } as Resource;
}
