/** The database role that a request runs as; the gateway has verified the token that names it. */
export type StorageRole = "anon" | "authenticated" | "service_role";

/** Who asks. `claims` is the verified token's payload: Postgres sees it as `request.jwt.claims`. */
export interface StorageCaller {
  role: StorageRole;
  claims: Record<string, unknown>;
}

export interface StorageOptions {
  /** A login that may `set local role` to each {@link StorageRole}. */
  databaseUrl: string;
  /** The folder that holds the objects' bytes; made when it is missing. */
  root: string;
  /** Signs and verifies the tokens of signed URLs (HS256). */
  jwtSecret: string;
  /** The gateway's address without a trailing slash; answers are relative to it, as hosted, so none names it yet. */
  publicUrl: () => string;
  /** Where unexpected errors go; standard error by default. */
  log?: (line: string) => void;
}

export interface Storage {
  /** Answers one request whose path has the `/storage/v1` prefix already stripped. */
  handle(request: Request, caller: StorageCaller): Promise<Response>;
  /** Ends the database connections. Requests under way are not waited for. */
  close(): Promise<void>;
}

export type CreateStorage = (options: StorageOptions) => Storage;
