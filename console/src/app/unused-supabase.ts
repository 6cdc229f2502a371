// Stands in supabase-js where Realtime and Storage would: no page uses them, and they are a tenth of the first load.
// `vite.config.ts` puts it there. A name that supabase-js wants and that is missing here fails the build.

export class RealtimeClient {
  /** Called at each change of the session. */
  setAuth(): void {}
}

export class StorageClient {}

export class StorageApiError extends Error {}
