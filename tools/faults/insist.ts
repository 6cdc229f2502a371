import { setTimeout as sleep } from "node:timers/promises";
import type { StackProcess } from "./stack-process.ts";

const PATIENCE_MS = 90_000;

export interface Insistence {
  readonly stack: StackProcess;
  /** Whether the stack may be gone for a while. */
  readonly mayEnd: boolean;
  readonly path: string;
  /** Made anew for each try, because signatures have a time. */
  readonly request: () => RequestInit;
}

/** Sends a request again until it is taken, as providers and good clients do. How often it was sent again. */
export async function insist({ stack, mayEnd, path, request }: Insistence): Promise<number> {
  const deadline = Date.now() + PATIENCE_MS;
  let said = "";
  for (let attempt = 0; Date.now() < deadline; attempt++) {
    const status = await fetch(`${stack.address.url}${path}`, request()).then(
      async (response) => {
        said = `${response.status} ${await response.text()}`;
        return response.status;
      },
      () => 0, // No answer at all, after which whoever sends also tries again.
    );
    if (status >= 200 && status < 300) return attempt;
    // The pauses grow, as those of providers do, because thirty that ask again at once are a load of their own.
    await sleep(Math.min(250 * 2 ** attempt, 4_000) * (0.5 + Math.random()));
    if (stack.hasEnded && !mayEnd) throw new Error(stack.lastWords);
  }
  throw new Error(`not taken within ${PATIENCE_MS / 1000} s: ${said.slice(0, 300)}`);
}
