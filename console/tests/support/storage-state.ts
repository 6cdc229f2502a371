/** What a browser keeps of a session, as Auth wrote it; nothing without one. */
export function storageState(origin: string, session?: string) {
  const [host] = new URL(origin).hostname.split(".");
  const localStorage =
    session === undefined ? [] : [{ name: `sb-${host}-auth-token`, value: session }];
  return { cookies: [], origins: [{ origin, localStorage }] };
}
