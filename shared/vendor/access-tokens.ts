import { z } from "zod";
import { unlessAborted } from "../core/unless-aborted.ts";

/** A token endpoint's answer, as far as it is used. `expires_in` is in seconds. */
export const Grant = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
});
export type Grant = z.output<typeof Grant>;

/** OAuth access tokens, each kept under a key until shortly before it ends. */
export interface AccessTokens {
  /**
   * The token of a key: the kept one, or else that of the one request which all share who ask meanwhile. Who waited for a
   * request of others that failed asks again.
   * @param signal how long this caller waits; the shared request goes on without him
   * @param ask requests a grant; its own signal never ends it, so it needs a timeout
   * @throws what `ask` throws, which is not kept; the signal's reason once it is aborted
   */
  get(
    key: string,
    signal: AbortSignal,
    ask: (signal: AbortSignal) => Promise<Grant>,
  ): Promise<string>;
  /** Forgets a token that is no longer taken. */
  forget(key: string): void;
}

interface Entry {
  readonly token: Promise<string>;
  /** Epoch milliseconds; unending while the grant is on its way. */
  endsAt: number;
}

/** A token is given up so long before its end, so that none ends on the way. */
const MARGIN_MS = 60_000;
const MOST_TOKENS = 1_000;

/**
 * A store of access tokens in this process.
 * @param most how many it keeps; beyond that the oldest leaves
 */
export function accessTokens(most = MOST_TOKENS): AccessTokens {
  /** The oldest first. */
  const entries = new Map<string, Entry>();

  function live(key: string): Promise<string> | undefined {
    const entry = entries.get(key);
    return entry && entry.endsAt > Date.now() ? entry.token : undefined;
  }

  function begin(key: string, ask: (signal: AbortSignal) => Promise<Grant>): Promise<string> {
    const granted = ask(new AbortController().signal);
    const entry: Entry = {
      token: granted.then((grant) => grant.access_token),
      endsAt: Number.POSITIVE_INFINITY,
    };
    granted.then(
      ({ expires_in }) => {
        entry.endsAt = Date.now() + expires_in * 1_000 - MARGIN_MS;
      },
      () => {
        if (entries.get(key) === entry) entries.delete(key);
      },
    );
    entries.delete(key);
    entries.set(key, entry);
    const [oldest] = entries.keys();
    if (entries.size > most && oldest !== undefined) entries.delete(oldest);
    return entry.token;
  }

  return {
    async get(key, signal, ask) {
      signal.throwIfAborted();
      const known = live(key);
      if (known !== undefined) {
        const token = await unlessAborted(known, signal).catch(() => signal.throwIfAborted());
        if (token !== undefined) return token;
      }
      return await unlessAborted(live(key) ?? begin(key, ask), signal);
    },
    forget: (key) => void entries.delete(key),
  };
}
