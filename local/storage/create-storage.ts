import { mkdirSync } from "node:fs";
import { Hono } from "hono";
import * as buckets from "./buckets.ts";
import { createByteStore, discard } from "./bytes.ts";
import type { CreateStorage } from "./contract.ts";
import { connect } from "./database.ts";
import * as reading from "./download.ts";
import { errorResponse, StorageError, toStorageError } from "./errors.ts";
import * as manage from "./manage.ts";
import type { Ctx, Deps, Env } from "./request.ts";
import * as signing from "./sign.ts";
import * as uploads from "./upload.ts";
import { createUrlSigner } from "./url-signing.ts";

type Operation = (deps: Deps, c: Ctx) => Promise<Response>;

function routes(deps: Deps, log: (line: string) => void): Hono<Env> {
  const app = new Hono<Env>();
  const on = (method: string, path: string, operation: Operation) =>
    app.on(method, path, (c) => operation(deps, c));

  on("GET", "/bucket", buckets.listBuckets);
  on("POST", "/bucket", buckets.createBucket);
  on("GET", "/bucket/:bucket", buckets.getBucket);
  on("PUT", "/bucket/:bucket", buckets.updateBucket);
  on("DELETE", "/bucket/:bucket", buckets.deleteBucket);
  on("POST", "/bucket/:bucket/empty", buckets.emptyBucket);

  on("POST", "/object/copy", manage.copyObject);
  on("POST", "/object/move", manage.moveObject);
  on("POST", "/object/list/:bucket", manage.listObjects);
  on("POST", "/object/list-v2/:bucket", manage.listObjectsV2);
  on("POST", "/object/sign/:bucket", signing.signDownloads);
  on("POST", "/object/sign/:bucket/:key{.+}", signing.signDownload);
  on("POST", "/object/upload/sign/:bucket/:key{.+}", signing.signUpload);

  on("GET", "/object/sign/:bucket/:key{.+}", reading.downloadSigned);
  on("GET", "/object/public/:bucket/:key{.+}", reading.downloadPublic);
  on("GET", "/object/info/public/:bucket/:key{.+}", reading.infoPublic);
  on("GET", "/object/info/authenticated/:bucket/:key{.+}", reading.info);
  on("GET", "/object/info/:bucket/:key{.+}", reading.info);
  on("GET", "/object/authenticated/:bucket/:key{.+}", reading.download);
  on("GET", "/object/:bucket/:key{.+}", reading.download);

  on("PUT", "/object/upload/sign/:bucket/:key{.+}", uploads.uploadSigned);
  on("PUT", "/object/:bucket/:key{.+}", uploads.updateObject);
  on("POST", "/object/:bucket/:key{.+}", uploads.createObject);
  on("DELETE", "/object/:bucket", manage.removeObjects);
  on("DELETE", "/object/:bucket/:key{.+}", manage.removeObject);

  // The parts of hosted Storage that are left out say so, rather than look like a missing object.
  for (const path of ["/upload/resumable/*", "/render/*", "/s3/*", "/cdn/*"]) {
    app.all(path, () => errorResponse(new StorageError("NotSupported")));
  }

  app.notFound(() => errorResponse(new StorageError("NotFound")));
  app.onError((error, c) => {
    const known = toStorageError(error);
    if (known.isOurs)
      log(`storage: ${c.req.method} ${c.req.path}: ${error.stack ?? error.message}`);
    return errorResponse(known);
  });
  return app;
}

/** The embedded Storage: rows in Postgres under the caller's row-level security, bytes in a folder. */
export const createStorage: CreateStorage = (options) => {
  mkdirSync(options.root, { recursive: true });
  const deps: Deps = {
    database: connect(options.databaseUrl),
    bytes: createByteStore(options.root),
    signer: createUrlSigner(options.jwtSecret),
  };
  const app = routes(deps, options.log ?? console.error);
  return {
    async handle(request, caller) {
      const response = await app.fetch(request, { caller });
      // A body nobody read would leave the client writing to a connection that no longer listens.
      if (request.body && !request.bodyUsed) await discard(request.body).catch(() => {});
      return response;
    },
    close: () => deps.database.close(),
  };
};
