import { afterEach, describe, expect, it, vi } from "vitest";

const variables = {
  VAPI_API_KEY: "a key",
  VAPI_CREDENTIAL_ID: "a credential",
  SWITCHBOARD_PUBLIC_URL: "https://project.example",
  ZOOM_ACCOUNT_ID: "an account",
  ZOOM_CLIENT_ID: "a client",
  ZOOM_CLIENT_SECRET: "a secret",
  GOOGLE_SERVICE_ACCOUNT_EMAIL: "account@project.example",
  GOOGLE_SERVICE_ACCOUNT_KEY: "a key",
  GOOGLE_PUBSUB_TOPIC: "projects/project/topics/meet",
};

/** The handlers that are announced while these variables are not set. */
async function announced(...missing: (keyof typeof variables)[]) {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  for (const name of missing) vi.stubEnv(name, "");
  vi.resetModules();
  return (await import("./handlers.ts")).taskHandlers;
}
afterEach(() => vi.unstubAllEnvs());

it("each handler is of the kind as which it is announced", async () => {
  const handlers = await announced();
  expect(handlers.length).toBeGreaterThan(10);
  for (const handler of handlers) expect((await handler.load()).kind).toBe(handler.kind);
});

describe("what needs a provider waits in the queue while a variable is not set", () => {
  it.each([
    ["VAPI_API_KEY", "sync_assistant"],
    ["VAPI_CREDENTIAL_ID", "sync_assistant"],
    ["SWITCHBOARD_PUBLIC_URL", "sync_assistant"],
    ["ZOOM_ACCOUNT_ID", "reconcile_zoom_meeting"],
    ["ZOOM_CLIENT_ID", "reconcile_zoom_meeting"],
    ["ZOOM_CLIENT_SECRET", "reconcile_zoom_meeting"],
    ["GOOGLE_SERVICE_ACCOUNT_EMAIL", "reconcile_meet_conference"],
    ["GOOGLE_SERVICE_ACCOUNT_KEY", "reconcile_meet_conference"],
    ["GOOGLE_PUBSUB_TOPIC", "sync_meet_subscription"],
  ] as const)("%s: %s", async (variable, kind) => {
    const kinds = (await announced(variable)).map((handler) => handler.kind);
    expect(kinds).not.toContain(kind);
    expect(kinds).toContain("remove_ticket_file");
    expect((await announced()).map((handler) => handler.kind)).toContain(kind);
  });
});
