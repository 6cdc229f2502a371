import { expect, it, vi } from "vitest";

// Without its settings VAPI's handlers are not announced.
vi.stubEnv("VAPI_API_KEY", "a key");
vi.stubEnv("VAPI_CREDENTIAL_ID", "a credential");
vi.stubEnv("SWITCHBOARD_PUBLIC_URL", "https://project.example");
const { taskHandlers } = await import("./handlers.ts");

it.each(taskHandlers.map((handler) => [handler.kind, handler] as const))(
  "the handler that is announced as %s is of that kind",
  async (kind, handler) => {
    expect((await handler.load()).kind).toBe(kind);
  },
);

it("VAPI's handlers are among those announced", () => {
  expect(taskHandlers.map(({ kind }) => kind)).toContain("sync_assistant");
});
