import type { Schema } from "switchboard-audit/schema";

type Event = "insert" | "update" | "delete";

interface Trigger {
  /** The words for when a trigger runs; triggers of one event run in this order, then by name. */
  moment: "before the statement" | "before each row" | "after each row" | "after the statement";
  events: { event: Event; columns: string | null }[];
  name: string;
  condition: string | null;
  functionName: string;
}

const moments: readonly Trigger["moment"][] = [
  "before the statement",
  "before each row",
  "after each row",
  "after the statement",
];
const definition =
  /^CREATE (?:CONSTRAINT )?TRIGGER (\S+) (BEFORE|AFTER) (.+?) ON \S+ (?:REFERENCING .+? )?FOR EACH (ROW|STATEMENT) (?:WHEN \((.+)\) )?EXECUTE FUNCTION (\w+\.\w+)\(/;

function readTrigger(text: string): Trigger | null {
  const parts = definition.exec(text.replaceAll(/\s+/g, " "));
  if (parts === null) return null;
  const [, name = "", time, events = "", level, condition, functionName = ""] = parts;
  return {
    name,
    functionName,
    condition: condition?.replaceAll(/::[a-z_]+(?:\.[a-z_]+)?/g, "") ?? null,
    moment: `${time === "BEFORE" ? "before" : "after"} ${level === "ROW" ? "each row" : "the statement"}`,
    events: events.split(" OR ").map((each) => {
      const [event = "", columns] = each.split(" OF ");
      return { event: event.toLowerCase() as Event, columns: columns ?? null };
    }),
  };
}

/** Bodies name everything with its schema, because `search_path` is empty. */
const named = "((?:public|private|storage|auth)\\.\\w+)";
const writing = new RegExp(`\\b(?:insert into|update(?: only)?|delete from)\\s+${named}`, "gi");
const mentioned = new RegExp(`\\b${named}\\s*\\(`, "g");

/** What a schema's functions do, followed through what they call. */
export class Effects {
  readonly #bodies: ReadonlyMap<string, string>;
  readonly #hooks: ReadonlyMap<string, readonly string[]>;

  /** @param hooks the functions that are registered for a hook, by its name, in their order */
  constructor(schema: Schema, hooks: ReadonlyMap<string, readonly string[]>) {
    this.#hooks = hooks;
    this.#bodies = new Map(
      schema.functions.map((each): [string, string] => [
        `${each.schema}.${each.name}`,
        each.body.replaceAll(/--.*$/gm, ""),
      ]),
    );
  }

  /** The functions that a function calls, in the order in which its body names them first. */
  #calls(name: string): string[] {
    const body = this.#bodies.get(name) ?? "";
    const direct = [...body.matchAll(mentioned)].map(([, each = ""]) => each);
    const hooked = [...body.matchAll(/\brun_hooks\(\s*'(\w+)'/g)].flatMap(
      ([, hook = ""]) => this.#hooks.get(hook) ?? [],
    );
    return [...new Set([...direct, ...hooked])].filter(
      (each) => each !== name && this.#bodies.has(each),
    );
  }

  /** The tables that a function's own statements write. */
  #ownWrites(name: string): string[] {
    const body = this.#bodies.get(name) ?? "";
    return [...new Set([...body.matchAll(writing)].map(([, table = ""]) => table))];
  }

  /** The tables that a function writes, itself or through what it calls. */
  #writes(name: string, seen: Set<string> = new Set()): Set<string> {
    if (seen.has(name)) return new Set();
    seen.add(name);
    const others = this.#calls(name).flatMap((each) => [...this.#writes(each, seen)]);
    return new Set([...this.#ownWrites(name), ...others]);
  }

  /** The steps of a function that write something, each with the tables. */
  steps(name: string): string {
    const own = this.#ownWrites(name);
    const called = this.#calls(name).flatMap((each) => {
      const tables = [...this.#writes(each)];
      return tables.length === 0 ? [] : [`${short(each)} → ${tables.map(short).join(", ")}`];
    });
    return [...(own.length === 0 ? [] : [`→ ${own.map(short).join(", ")}`]), ...called].join("; ");
  }
}

const short = (name: string): string => name.replace(/^(?:private|public)\./, "");

/** What runs on insert, update and delete of a table, in order; nothing where no trigger does. */
export function whatRuns(
  schema: Schema,
  table: { schema: string; name: string },
  effects: Effects,
): string[] {
  const triggers = schema.triggers
    .filter((each) => each.schema === table.schema && each.table === table.name)
    .map((each) => readTrigger(each.definition))
    .filter((each) => each !== null)
    .sort((a, b) => moments.indexOf(a.moment) - moments.indexOf(b.moment));
  const events: readonly Event[] = ["insert", "update", "delete"];
  return events.flatMap((event) => {
    const steps = triggers.flatMap((trigger) => {
      const match = trigger.events.find((each) => each.event === event);
      return match === undefined ? [] : [stepLine(trigger, match.columns, effects)];
    });
    return steps.length === 0
      ? []
      : [`On ${event}:`, "", ...steps.map((step, place) => `${place + 1}. ${step}`), ""];
  });
}

function stepLine(trigger: Trigger, columns: string | null, effects: Effects): string {
  const of = columns === null ? "" : ` of ${columns}`;
  const condition = trigger.condition === null ? "" : ` when \`${trigger.condition}\``;
  const steps = effects.steps(trigger.functionName);
  return `${trigger.moment}${of}${condition}: \`${short(trigger.functionName)}\`${steps === "" ? "" : `: ${steps}`}`;
}
