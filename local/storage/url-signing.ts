import { createHmac } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { StorageError } from "./errors.ts";

const DownloadToken = z.object({ scope: z.literal("download"), url: z.string(), exp: z.number() });
const UploadToken = z.object({
  scope: z.literal("upload"),
  url: z.string(),
  exp: z.number(),
  upsert: z.boolean(),
  owner: z.string().optional(),
});

export type DownloadToken = z.infer<typeof DownloadToken>;
export type UploadToken = z.infer<typeof UploadToken>;

/** What a token says besides its expiry: the object as `bucket/key`, and for uploads who owns the result. */
export type Claims = Omit<DownloadToken, "exp"> | Omit<UploadToken, "exp">;

/**
 * Signs and reads the tokens of signed URLs. They are bound to one object and one direction, and their key is derived
 * from the API's, so that neither passes for the other. The clock is a parameter; expiry is exact to the second.
 */
export interface UrlSigner {
  sign(claims: Claims, expiresInSeconds: number, now?: Date): Promise<string>;
  /** Throws InvalidJWT (forged, expired) or InvalidSignature (another object or direction). */
  readDownload(token: string, url: string, now?: Date): Promise<DownloadToken>;
  readUpload(token: string, url: string, now?: Date): Promise<UploadToken>;
}

export function createUrlSigner(jwtSecret: string): UrlSigner {
  const key = createHmac("sha256", jwtSecret).update("storage signed urls").digest();

  async function read<T extends { url: string }>(
    schema: z.ZodType<T>,
    token: string,
    url: string,
    now: Date,
  ): Promise<T> {
    const verified = await jwtVerify(token, key, {
      algorithms: ["HS256"],
      requiredClaims: ["exp"],
      currentDate: now,
    }).catch((cause: unknown) => {
      throw new StorageError("InvalidJWT", undefined, { cause });
    });
    const claims = schema.safeParse(verified.payload);
    if (!claims.success || claims.data.url !== url) throw new StorageError("InvalidSignature");
    return claims.data;
  }

  return {
    sign(claims, expiresInSeconds, now = new Date()) {
      const issuedAt = Math.floor(now.getTime() / 1000);
      return new SignJWT({ ...claims })
        .setProtectedHeader({ alg: "HS256", typ: "JWT" })
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + expiresInSeconds)
        .sign(key);
    },
    readDownload: (token, url, now = new Date()) => read(DownloadToken, token, url, now),
    readUpload: (token, url, now = new Date()) => read(UploadToken, token, url, now),
  };
}
