import { z } from "zod";
import { Constants } from "../../supabase/database.types.ts";
import type { Db } from "../core/db.ts";
import { rpc } from "../db/call.ts";
import { uuid } from "../http/query.ts";
import { VendorError } from "../vendor/error.ts";
import { meetingProviderUnavailable } from "./errors.ts";
import { providers } from "./providers.ts";

const File = z.object({
  id: z.uuid(),
  file_type: z.string().nullable(),
  recording_type: z.string().nullable(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  size_bytes: z.number().nullable(),
});

/** What a link is fetched by: nothing that the caller is told. */
const Source = z.object({
  id: z.uuid(),
  provider: z.enum(Constants.public.Enums.meeting_provider),
  instance_key: z.string(),
  file_key: z.string(),
});
type Source = z.output<typeof Source>;

/**
 * A file to play. Times are ISO 8601. `url` is null when the provider has no link for it (any more); it ends at
 * `expires_at`, or, where that is null, opens for whom the provider itself lets in.
 */
export interface PlayableRecording {
  readonly id: string;
  readonly file_type: string | null;
  readonly recording_type: string | null;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly size_bytes: number | null;
  readonly url: string | null;
  readonly expires_at: string | null;
}

/** The query of `GET /class-recordings`. */
export const RecordingsQuery = z.object({ class_id: uuid });

/** Whose rights decide what is listed, and the step after that which needs the server's own. */
export interface RecordingAccess {
  readonly db: Db;
  readonly service: () => Db;
}

async function linksOf(
  sources: readonly Source[],
  service: () => Db,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const found = await Promise.all(
    Constants.public.Enums.meeting_provider.map((provider) => {
      const files = sources.filter((source) => source.provider === provider);
      return files.length === 0 ? [] : providers[provider].recordingLinks(files, service, signal);
    }),
  );
  return new Map(found.flatMap((links) => [...links]));
}

/**
 * The recordings of a class for those who may play them, each with a link that is fetched now and kept nowhere.
 * @throws ApiError class_not_found (404), meeting_provider_unavailable (503)
 */
export async function readRecordings(
  { db, service }: RecordingAccess,
  { class_id }: z.output<typeof RecordingsQuery>,
  signal: AbortSignal,
): Promise<{ recordings: PlayableRecording[] }> {
  const files = z.array(File).parse(await rpc(db, "playable_recordings", { p_class_id: class_id }));
  if (files.length === 0) return { recordings: [] };
  const sources = z
    .array(Source)
    .parse(
      await rpc(service(), "recording_sources", { p_recording_ids: files.map(({ id }) => id) }),
    );
  const askedAt = Date.now();
  let links: Map<string, string>;
  try {
    links = await linksOf(sources, service, signal);
  } catch (error) {
    if (!(error instanceof VendorError)) throw error;
    throw meetingProviderUnavailable(error.message, error.retryAfterSeconds);
  }
  const sourceOf = new Map(sources.map((source) => [source.id, source]));
  return {
    recordings: files.map((file) => {
      const source = sourceOf.get(file.id);
      const url = (source && links.get(source.file_key)) ?? null;
      const seconds = source && url !== null ? providers[source.provider].linkSeconds : null;
      const expires_at =
        seconds === null ? null : new Date(askedAt + seconds * 1_000).toISOString();
      return { ...file, url, expires_at };
    }),
  };
}
