import { readFileSync } from "node:fs";
import { z } from "zod";
import { meetingSecrets } from "../../shared/classes/providers.ts";
import { mailSecrets } from "../../shared/mail/env.ts";
import { vapiSecrets } from "../../shared/voice/vapi/env.ts";
import type { Item } from "./report.ts";

const patienceMs = 15_000;

/**
 * Whether every function answers: a bare GET, which changes nothing, is refused by the function itself (401, 405)
 * where it is deployed, and is 404 where it is not.
 */
export async function checkFunctions(url: string, names: readonly string[]): Promise<Item[]> {
  return await Promise.all(
    names.map(async (name): Promise<Item> => {
      const wrong = await ask(`${url.replace(/\/+$/, "")}/${name}`);
      return {
        kind: "edge function",
        name,
        state: wrong === null ? "present" : wrong.isMissing ? "missing" : "unhealthy",
        detail: wrong?.detail ?? null,
        mend: wrong === null ? null : { shell: `npx supabase functions deploy ${name} --use-api` },
      };
    }),
  );
}

async function ask(url: string): Promise<{ isMissing: boolean; detail: string } | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
    await response.body?.cancel();
    if (response.status === 404) return { isMissing: true, detail: "it answers 404" };
    return response.status >= 500
      ? { isMissing: false, detail: `it answers ${response.status}` }
      : null;
  } catch (error) {
    return {
      isMissing: false,
      detail: `it does not answer (${error instanceof Error ? error.name : "error"})`,
    };
  }
}

const AuthSettings = z.object({
  mailer_autoconfirm: z.boolean(),
  external: z.object({ anonymous_users: z.boolean().optional() }),
});

/**
 * Whether an address counts as somebody's only after they have read a mail that Auth sent to it. Whoever signs up with a colleague's
 * address would otherwise be that colleague to attendance and meetings.
 * @param url `…/functions/v1`, beside which `auth/v1` is
 */
export async function checkAuth(url: string, publishableKey: string): Promise<Item[]> {
  const address = new URL("../../auth/v1/settings", `${url.replace(/\/+$/, "")}/`).href;
  const item = (name: string, wrong: string | null): Item => ({
    kind: "auth",
    name,
    state: wrong === null ? "present" : "unhealthy",
    detail: wrong,
    mend: wrong === null ? null : { shell: "npx supabase config push" },
  });
  try {
    const response = await fetch(address, {
      headers: { apikey: publishableKey },
      signal: AbortSignal.timeout(patienceMs),
    });
    const settings = AuthSettings.parse(await response.json());
    return [
      item(
        "confirmed addresses",
        settings.mailer_autoconfirm ? "Auth confirms addresses by itself" : null,
      ),
      item(
        "anonymous sign-in",
        settings.external.anonymous_users === true
          ? "anybody may sign in without an address"
          : null,
      ),
    ];
  } catch (error) {
    return [
      item("settings", `they cannot be read (${error instanceof Error ? error.name : "error"})`),
    ];
  }
}

/**
 * The secrets that an operator sets. Their values cannot be seen from outside; their names can, in a file made with
 * `npx supabase secrets list --output json`, or an env file.
 */
export function checkSecrets(listFile: string | null): Item[] {
  const names = [...new Set([...meetingSecrets, ...vapiSecrets, ...mailSecrets])];
  const listed = listFile === null ? null : readFileSync(listFile, "utf8");
  return names.sort().map((name): Item => {
    if (listed === null) {
      return {
        kind: "secret",
        name,
        state: "not visible",
        detail: "npx supabase secrets list shows it",
        mend: null,
      };
    }
    const isThere = new RegExp(`^\\s*${name}=|"name"\\s*:\\s*"${name}"`, "im").test(listed);
    return {
      kind: "secret",
      name,
      state: isThere ? "present" : "missing",
      detail: null,
      mend: isThere ? null : { shell: `npx supabase secrets set ${name}=<value>` },
    };
  });
}
