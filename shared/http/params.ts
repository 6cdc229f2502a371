import { refusal } from "../core/errors.ts";
import { uuidOf } from "../core/uuid.ts";

/** The `:name` parts of the route's path. */
export interface Params {
  /** Lower-cased UUID; anything else names no resource and is a 404. */
  uuid(name: string): string;
}

/** Reads the parameters of a matched route. */
export function paramsOf(values: Readonly<Record<string, string>>): Params {
  return {
    uuid: (name) => {
      const value = uuidOf(values[name] ?? "");
      if (value === undefined) throw refusal("not_found");
      return value;
    },
  };
}
