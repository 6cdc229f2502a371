import { StorageError } from "./errors.ts";

// The characters that hosted Storage allows, which every S3 store accepts (github.com/supabase/storage, src/storage/limits.ts).
const objectName = /^[A-Za-z0-9_/!.*'() &$=@;:+,?-]+$/;
const bucketName = /^[A-Za-z0-9_!.*'() &$=@;:+,?-]{1,100}$/;

/**
 * Returns the key when an object may be called so, else throws InvalidKey. Segments `.` and `..` are refused too:
 * no file is named after a key here, but a policy or a client may read meaning into them.
 */
export function validKey(key: string): string {
  const isValid =
    objectName.test(key) &&
    key.length <= 1024 &&
    !key.split("/").some((segment) => segment === "." || segment === "..");
  if (!isValid) throw new StorageError("InvalidKey", `Invalid key: ${key.slice(0, 200)}`);
  return key;
}

/** Returns the name when a bucket may be called so, else throws InvalidBucketName. */
export function validBucketName(name: string): string {
  if (!bucketName.test(name) || name.trim() !== name) throw new StorageError("InvalidBucketName");
  return name;
}

/**
 * Throws InvalidMimeType unless the list is empty, or names the type or its family (`image/*`). Parameters count,
 * as they do hosted: `text/plain` does not allow `text/plain;charset=UTF-8`.
 */
export function checkMimeType(mimeType: string, allowed: readonly string[] | null): void {
  if (!allowed || allowed.length === 0) return;
  const [type, subtype] = mimeType.split("/");
  const isAllowed = allowed.some((entry) => {
    const [allowedType, allowedSubtype] = entry.split("/");
    return allowedType === type && (allowedSubtype === "*" || allowedSubtype === subtype);
  });
  if (!isAllowed || subtype === undefined) {
    throw new StorageError("InvalidMimeType", `mime type ${mimeType} is not supported`);
  }
}
