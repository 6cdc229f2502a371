import { refusal } from "./errors.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The `:name` parts of the route's path. */
export interface Params {
  /** Lower-cased UUID; anything else names no resource and is a 404. */
  uuid(name: string): string;
}

/** Reads the parameters of a matched route. */
export function paramsOf(values: Readonly<Record<string, string>>): Params {
  return {
    uuid: (name) => {
      const value = values[name] ?? "";
      if (!UUID.test(value)) throw refusal("not_found");
      return value.toLowerCase();
    },
  };
}
