import type { Session } from "@supabase/supabase-js";
import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { rows } from "./answers.ts";
import { backend } from "./backend.ts";
import { queries } from "./queries.ts";

interface SessionState {
  /** Undefined until the browser's store was read; null for nobody. */
  readonly session: Session | null | undefined;
  /** Whether a session was there before and ended by itself. */
  readonly hasEnded: boolean;
}

const SessionContext = createContext<SessionState>({ session: undefined, hasEnded: false });

/** Follows the session of this browser, whichever tab changes it. */
export function SessionProvider({ children }: { children: ReactNode }): ReactNode {
  const [state, setState] = useState<SessionState>({ session: undefined, hasEnded: false });
  useEffect(() => {
    // A stored session whose refresh token is refused is only ever announced as none.
    let hadOne = Object.keys(localStorage).some((key) => /^sb-.*-auth-token$/.test(key));
    let owner: string | undefined;
    const { data } = backend().supabase.auth.onAuthStateChange((_event, session) => {
      if (owner !== undefined && owner !== session?.user.id) queries.clear();
      owner = session?.user.id;
      setState({ session, hasEnded: session === null && hadOne && !isLeaving });
      hadOne ||= session !== null;
    });
    return () => data.subscription.unsubscribe();
  }, []);
  return <SessionContext value={state}>{children}</SessionContext>;
}

let isLeaving = false;

/** Ends the session because its person wants it. */
export async function signOut(): Promise<void> {
  isLeaving = true;
  await backend().supabase.auth.signOut({ scope: "local" });
  isLeaving = false;
}

export function useSessionState(): SessionState {
  return useContext(SessionContext);
}

/** The signed-in person's id. Only pages behind the sign-in use it. */
export function useUserId(): string {
  const { session } = useSessionState();
  if (!session) throw new Error("Nobody is signed in.");
  return session.user.id;
}

/** The signed-in person's own profile, with the role that decides which pages are offered. */
export function useProfile() {
  const id = useUserId();
  return useQuery({
    queryKey: ["profile", id],
    queryFn: () => rows(backend().supabase.from("profiles").select("*").eq("id", id).single()),
    staleTime: 60_000,
  });
}
