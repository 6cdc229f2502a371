import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importJWK, type JWK, SignJWT } from "jose";
import pg from "pg";
import { type Stack, startStack } from "../../local/stack.ts";
import type { CloudFacts } from "../../supabase/tests/support/vendors/google/world.ts";
import {
  pushAccount,
  pushAudience,
  startGoogle,
} from "../../supabase/tests/support/vendors/google.ts";
import type { GoogleMeetPush } from "./google-meet.ts";

/** A throw-away stack whose Google is the tests' loopback: a running one knows the real Google or none. */
export interface GoogleMeetCloud {
  readonly stack: Stack;
  /** Tells Google what is true. */
  teach(facts: CloudFacts): Promise<void>;
  /** Pushes an event as Pub/Sub does; the status word of the answer. */
  push(event: GoogleMeetPush): Promise<string>;
  /** Lets an hour pass for the tasks, which keeps their order, and works on the queue as the scheduler does. */
  work(): Promise<void>;
  /** Gives a teacher the address in whose name Google is asked. */
  giveAddress(profileId: string, address: string): Promise<void>;
  stop(): Promise<void>;
}

async function pushTokenFrom(googleUrl: string): Promise<string> {
  const answer = await fetch(`${googleUrl}/__control/push-key`);
  const jwk: JWK = await answer.json();
  const claims = { email: pushAccount, email_verified: true };
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", kid: "push-1" })
    .setIssuer("https://accounts.google.com")
    .setAudience(pushAudience)
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(await importJWK(jwk, "RS256"));
}

const ROUNDS = 4;

/** Starts both; stop it when the scene is over. */
export async function startGoogleMeetCloud(): Promise<GoogleMeetCloud> {
  const data = await mkdtemp(join(tmpdir(), "switchboard-scene-"));
  const google = await startGoogle();
  const options = { port: 0, seed: false, scheduler: false, durable: false };
  const stack = await startStack({ ...options, data, functionsEnv: google.env });
  const database = new pg.Client({ connectionString: stack.db_url });
  await database.connect();
  const token = await pushTokenFrom(google.url);
  const post = (path: string, headers: Record<string, string>, body: string) =>
    fetch(`${stack.url}/functions/v1/${path}`, { method: "POST", headers, body });
  return {
    stack,
    async teach(facts) {
      const body = JSON.stringify(facts);
      const answer = await fetch(`${google.url}/__control/facts`, { method: "POST", body });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async push(event) {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const response = await post("google-meet-webhook", headers, JSON.stringify(event));
      const answer: unknown = await response.json();
      if (response.ok && typeof answer === "object" && answer && "status" in answer) {
        return String(answer.status);
      }
      throw new Error(`google-meet-webhook answered ${response.status}: ${JSON.stringify(answer)}`);
    },
    async work() {
      for (let round = 0; round < ROUNDS; round++) {
        await database.query(
          "update public.tasks set run_after = run_after - interval '1 hour' where done_at is null",
        );
        const headers = { apikey: stack.secret_key, "content-type": "application/json" };
        const response = await post("maintenance", headers, "{}");
        if (!response.ok) throw new Error(`maintenance answered ${response.status}`);
      }
    },
    async giveAddress(profileId, address) {
      const update = "update public.profiles set workspace_email = $2 where id = $1";
      await database.query(update, [profileId, address]);
    },
    async stop() {
      await database.end();
      await stack.stop();
      await google.stop();
      await rm(data, { recursive: true, force: true });
    },
  };
}
