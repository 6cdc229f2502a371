import { StorageError } from "./errors.ts";
import type { StoredObject } from "./objects.ts";

/**
 * Does something with the bytes of an object. An upload that replaces them between the look at the row and theirs does
 * not make the object missing: it is looked at again, until its bytes are there or it is gone.
 * @throws StorageError NoSuchKey; whatever `find` and `use` throw
 */
export async function withBytes<T>(
  find: () => Promise<StoredObject>,
  use: (object: StoredObject) => Promise<T>,
): Promise<T> {
  let object = await find();
  for (;;) {
    try {
      return await use(object);
    } catch (error) {
      if (!(error instanceof StorageError) || error.code !== "NoSuchKey") throw error;
      const { version } = object;
      object = await find();
      if (object.version === version) throw error;
    }
  }
}
