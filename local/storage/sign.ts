import { z } from "zod";
import { validKey } from "./keys.ts";
import { findBucket, findObject, putRow } from "./objects.ts";
import { act, body, type Ctx, type Deps, ownerOf, param } from "./request.ts";

/** Two hours, as hosted: long enough for a slow line, short enough for a leaked link. */
const uploadUrlSeconds = 2 * 60 * 60;

const expiresIn = z
  .int()
  .min(1)
  .max(10 * 365 * 24 * 60 * 60);

/** `POST /object/upload/sign/:bucket/:key`: the policies are asked now, as the caller, not at the upload. */
export async function signUpload(deps: Deps, c: Ctx): Promise<Response> {
  const bucket = param(c, "bucket");
  const key = validKey(param(c, "key"));
  const owner = ownerOf(c.env.caller);
  const upsert = c.req.header("x-upsert") === "true";
  await deps.database.rehearse(act(c, "storage.object.sign_upload_url"), async (scope) => {
    await findBucket(scope, bucket);
    const metadata = { mimetype: c.req.header("content-type") ?? "application/octet-stream" };
    await putRow(scope, { bucket, key, version: "1", owner, metadata, userMetadata: null }, upsert);
  });
  const url = `${bucket}/${key}`;
  const token = await deps.signer.sign(
    { scope: "upload", url, upsert, ...(owner !== null && { owner }) },
    uploadUrlSeconds,
  );
  return c.json({ url: `/object/upload/sign/${url}?token=${token}`, token });
}

async function downloadUrl(deps: Deps, url: string, seconds: number): Promise<string> {
  const token = await deps.signer.sign({ scope: "download", url }, seconds);
  return `/object/sign/${url}?token=${token}`;
}

/** `POST /object/sign/:bucket/:key`: a link to an object that the caller may read. */
export async function signDownload(deps: Deps, c: Ctx): Promise<Response> {
  const bucket = param(c, "bucket");
  const key = validKey(param(c, "key"));
  const input = await body(c, z.object({ expiresIn }));
  await deps.database.transaction(act(c, "storage.object.sign"), (scope) =>
    findObject(scope, bucket, key),
  );
  return c.json({ signedURL: await downloadUrl(deps, `${bucket}/${key}`, input.expiresIn) });
}

/** `POST /object/sign/:bucket`: a link for each key, or a word of refusal for that key alone. */
export async function signDownloads(deps: Deps, c: Ctx): Promise<Response> {
  const bucket = param(c, "bucket");
  const input = await body(c, z.object({ expiresIn, paths: z.array(z.string()).min(1).max(1000) }));
  const readable = await deps.database.transaction(act(c, "storage.object.sign_many"), (scope) =>
    scope.rows<{ name: string }>(
      "select name from storage.objects where bucket_id = $1 and name = any ($2)",
      [bucket, input.paths],
    ),
  );
  const names = new Set(readable.map(({ name }) => name));
  return c.json(
    await Promise.all(
      input.paths.map(async (path) =>
        names.has(path)
          ? {
              error: null,
              path,
              signedURL: await downloadUrl(deps, `${bucket}/${path}`, input.expiresIn),
            }
          : {
              error: "Either the object does not exist or you do not have access to it",
              path,
              signedURL: null,
            },
      ),
    ),
  );
}
