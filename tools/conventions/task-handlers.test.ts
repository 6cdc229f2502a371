import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { projectRoot } from "../../local/project.ts";
import type { TaskHandlers } from "../../shared/tasks/task-handler.ts";

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
  RESEND_API_KEY: "a key",
  MAIL_FROM: "desk@project.example",
  MAIL_DESK_ADDRESS: "desk@project.example",
  MAIL_TOKEN_SECRETS: "a secret",
  SWITCHBOARD_SITE_URL: "https://project.example",
};

/** The handlers that are announced while these variables are not set. */
async function announced(...missing: (keyof typeof variables)[]): Promise<TaskHandlers> {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  for (const name of missing) vi.stubEnv(name, "");
  vi.resetModules();
  const { ownLane, mailLane, webhookLanes } = await import(
    "../../supabase/functions/maintenance/handlers.ts"
  );
  return Object.assign({}, ...[ownLane, mailLane, ...webhookLanes].map(({ handlers }) => handlers));
}
afterEach(() => vi.unstubAllEnvs());

it("each handler is the file that is named like its kind", async () => {
  const handlers = Object.entries(await announced());
  expect(handlers.length).toBeGreaterThan(10);
  const files = readdirSync(join(projectRoot, "shared"), { recursive: true, encoding: "utf8" });
  for (const [kind, load] of handlers) {
    const [file, ...others] = files.filter((path) => path.endsWith(join("tasks", `${kind}.ts`)));
    expect(others).toEqual([]);
    expect(await load()).toBe(await import(join(projectRoot, "shared", file ?? kind)));
  }
});

describe("what needs a provider waits in the queue while a variable is not set", () => {
  it.each([
    ["VAPI_API_KEY", "sync_assistant"],
    ["RESEND_API_KEY", "send_email"],
    ["MAIL_FROM", "send_email"],
    ["MAIL_TOKEN_SECRETS", "send_email"],
    ["SWITCHBOARD_SITE_URL", "send_email"],
    ["MAIL_DESK_ADDRESS", "receive_mail"],
    ["MAIL_TOKEN_SECRETS", "receive_mail"],
    ["RESEND_API_KEY", "receive_mail"],
    ["VAPI_CREDENTIAL_ID", "sync_assistant"],
    ["SWITCHBOARD_PUBLIC_URL", "sync_assistant"],
    ["ZOOM_ACCOUNT_ID", "reconcile_zoom_meeting"],
    ["ZOOM_ACCOUNT_ID", "resolve_zoom_host"],
    ["ZOOM_CLIENT_ID", "reconcile_zoom_meeting"],
    ["ZOOM_CLIENT_SECRET", "reconcile_zoom_meeting"],
    ["GOOGLE_SERVICE_ACCOUNT_EMAIL", "reconcile_google_meet_conference"],
    ["GOOGLE_SERVICE_ACCOUNT_KEY", "reconcile_google_meet_conference"],
    ["GOOGLE_PUBSUB_TOPIC", "sync_google_meet_subscription"],
  ] as const)("%s: %s", async (variable, kind) => {
    const kinds = Object.keys(await announced(variable));
    expect(kinds).not.toContain(kind);
    expect(kinds).toContain("remove_ticket_file");
    expect(Object.keys(await announced())).toContain(kind);
  });
});
