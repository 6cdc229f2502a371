import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  captureLog,
  setPlatformEnvironment,
} from "../../supabase/tests/support/platform-environment.ts";
import { recordingApi } from "../../supabase/tests/support/recording-api.ts";
import { ApiError } from "../core/api-error.ts";
import { serviceDb } from "../db/service-client.ts";
import { intoInbox } from "./into-inbox.ts";
import { Lanes } from "./lanes.ts";
import { store } from "./result.ts";

beforeEach(() => {
  setPlatformEnvironment();
  captureLog();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const PLACES = 2;

/** The reason of each refusal, or the answer's status. */
async function deliver(lanes: Lanes, subject: string | null): Promise<unknown> {
  const inbox = store({
    dedupeKey: "k",
    eventType: "t",
    occurredAt: new Date(),
    event: null,
    subject,
  });
  const observed = { requestId: "r", log: () => {} };
  try {
    const delivery = { provider: "vapi", inbox, payload: "{}" } as const;
    return (await intoInbox(serviceDb(), lanes, delivery, observed)).status;
  } catch (error) {
    return error instanceof ApiError ? error.reason : error;
  }
}

// First, because a worker has one loop for next tries, whoever starts it.
test("a delivery whose answer is lost may have been deferred: its next try is asked for", async () => {
  const error = { code: "PGRST003", message: "inside", hint: null, details: null };
  const calls = await recordingApi(504, error);
  await deliver(new Lanes(), null);
  await vi.waitFor(
    () => expect(calls.map(({ path }) => path)).toContain("/rest/v1/rpc/retry_deferred_events"),
    { timeout: 5_000 },
  );
}, 15_000);

test("few deliveries about one subject reach the database at once; others do not wait for them", async () => {
  const calls = await recordingApi(0, undefined);
  const lanes = new Lanes(PLACES);
  const ingested = () => calls.filter(({ path }) => path?.endsWith("/ingest_event")).length;
  const subjects = ["busy", "busy", "busy", "busy", "other", null];
  const reasons = subjects.map((subject) => deliver(lanes, subject));
  await vi.waitFor(() => expect(ingested()).toBe(PLACES + 2));
  const refused = (await Promise.all(reasons)).map((reason) => reason === "subject_is_busy");
  expect(refused).toEqual([false, false, true, true, false, false]);
  expect(ingested()).toBe(PLACES + 2);
}, 15_000);
