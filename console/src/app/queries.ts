import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { Refusal } from "./answers.ts";
import { backend } from "./backend.ts";

/** A token that is refused ends the session: the sign-in page says so. */
function endSessionOf401(error: unknown): void {
  if (error instanceof Refusal && error.status === 401) {
    void backend().supabase.auth.signOut({ scope: "local" });
  }
}

/** Whether asking again can help: not where the answer is a refusal. */
const isWorthRetrying = (count: number, error: unknown) =>
  count < 1 && !(error instanceof Refusal && error.status >= 400 && error.status < 500);

export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: endSessionOf401 }),
  mutationCache: new MutationCache({ onError: endSessionOf401 }),
  defaultOptions: {
    // The browser's idea of being online is often wrong; the request itself tells.
    queries: { staleTime: 10_000, retry: isWorthRetrying, networkMode: "always" },
    mutations: { networkMode: "always" },
  },
});
