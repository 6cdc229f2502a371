import { z } from "zod";
import { Constants } from "../../supabase/database.types.ts";
import type { Db } from "../core/db.ts";
import { rpc } from "../db/call.ts";
import { uuid } from "../http/fields.ts";
import { userRoute } from "../http/with-user.ts";
import { VendorError } from "../vendor/error.ts";
import { meetingProviderUnavailable } from "./errors.ts";
import { providers } from "./providers.ts";

/** What a link is fetched by: nothing that the caller is told. */
const Source = z.object({
  id: z.uuid(),
  provider: z.enum(Constants.public.Enums.meeting_provider),
  instance_key: z.string(),
  file_key: z.string(),
});
type Source = z.output<typeof Source>;

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

/** The recordings of a class for those who may play them, each with a link that is fetched now and kept nowhere. */
export const readRecordings = userRoute("GET /class-recordings", {
  summary: "The recordings of a class, with links to play them",
  query: z.object({ class_id: uuid }),
  answers: { 200: "Recordings" },
  rpcs: ["playable_recordings"],
  refuses: ["meeting_provider_unavailable"],
  handle: async ({ db, service, query: { class_id }, request: { signal } }) => {
    const files = await rpc(db, "playable_recordings", { p_class_id: class_id });
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
  },
});
