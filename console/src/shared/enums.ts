import type { Database } from "switchboard-client";

type Enums = Database["public"]["Enums"];

/** Names an enum of the database, whose values follow in the order of a page. To leave one out is a type error. */
export const valuesOf =
  <Name extends keyof Enums>() =>
  <const List extends readonly Enums[Name][]>(
    list: List & (Enums[Name] extends List[number] ? unknown : "a value is missing"),
  ): List =>
    list;
