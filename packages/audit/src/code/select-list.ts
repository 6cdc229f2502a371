import { hole } from "./values.ts";

/**
 * One item of a `select` list, as PostgREST's grammar has it. `output` is the name that a row has it by: `*` for all
 * columns, null when only a run would tell.
 */
export type SelectItem = { output: string | null } & (
  | { kind: "column"; name: string; offset: number; isJson: boolean }
  | { kind: "embed"; embed: Embed }
  /** `*`, `count()` and what only a run would tell. */
  | { kind: "other" }
);

/** An embedded relation: `author:profiles!author_id!inner(name)`. */
export interface Embed {
  alias: string | null;
  target: string;
  hint: string | null;
  items: SelectItem[];
  offset: number;
}

/** A select list that PostgREST would refuse. */
export class SelectSyntaxError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Parses a select list; offsets count characters of the text. @throws SelectSyntaxError */
export function parseSelect(text: string): SelectItem[] {
  const parser = new Parser(text);
  const items = parser.list(false);
  parser.end();
  return items;
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) this.#fail(`unexpected "${this.#text[this.#at]}"`);
  }

  list(isInner: boolean): SelectItem[] {
    const items: SelectItem[] = [];
    this.#space();
    if (isInner ? this.#peek() === ")" : this.#at >= this.#text.length) return items;
    for (;;) {
      this.#space();
      // A hole may stand for nothing or for several items with their commas.
      if (this.#peek() !== "," || !this.#touchesHole()) items.push(this.#item());
      this.#space();
      if (this.#peek() === hole) continue;
      if (this.#peek() !== ",") return items;
      this.#at++;
      this.#space();
      if (this.#at >= this.#text.length && this.#touchesHole()) return items;
    }
  }

  #item(): SelectItem {
    const start = this.#at;
    let isSpread = false;
    if (this.#text.startsWith("...", this.#at)) {
      isSpread = true;
      this.#at += 3;
      this.#space();
    }
    if (this.#peek() === "*") {
      this.#at++;
      return { kind: "other", output: "*" };
    }
    let alias: string | null = null;
    let offset = this.#at;
    let name = this.#name();
    this.#space();
    if (this.#peek() === ":" && this.#text[this.#at + 1] !== ":") {
      alias = name;
      this.#at++;
      this.#space();
      offset = this.#at;
      name = this.#name();
      this.#space();
    }
    const hints: string[] = [];
    while (this.#peek() === "!") {
      this.#at++;
      hints.push(this.#name());
      this.#space();
    }
    if (this.#peek() === "(" && !this.#isAggregate(name, hints)) {
      this.#at++;
      const items = this.list(true);
      this.#expect(")");
      if (`${name}${hints.join("")}`.includes(hole)) return { kind: "other", output: null };
      const hint = hints.find((each) => each !== "inner" && each !== "left") ?? null;
      const output = isSpread ? null : (alias ?? name);
      return { kind: "embed", output, embed: { alias, target: name, hint, items, offset } };
    }
    if (isSpread || hints.length > 0) {
      if (this.#text.slice(start).includes(hole)) return { kind: "other", output: null };
      this.#fail("a relation is followed by its columns in parentheses");
    }
    if (name === "count" && this.#peek() === "(") {
      this.#parentheses();
      this.#casts();
      return { kind: "other", output: alias ?? "count" };
    }
    const json = this.#jsonPath();
    let output = alias ?? json ?? name;
    this.#casts();
    if (this.#peek() === ".") {
      this.#at++;
      const aggregate = this.#name(); // sum, avg, count, max, min
      output = alias ?? aggregate;
      this.#parentheses();
      this.#casts();
    }
    if (name.includes(hole)) return { kind: "other", output: null };
    return { kind: "column", output, name, offset, isJson: json !== null };
  }

  #isAggregate(name: string, hints: string[]): boolean {
    return name === "count" && hints.length === 0 && /^\(\s*\)/.test(this.#text.slice(this.#at));
  }

  #parentheses(): void {
    this.#space();
    if (this.#peek() !== "(") return;
    this.#at++;
    this.#space();
    this.#expect(")");
    this.#space();
  }

  /** The last key of a path into JSON; null when there is none. */
  #jsonPath(): string | null {
    let last: string | null = null;
    while (this.#text.startsWith("->", this.#at)) {
      this.#at += this.#text.startsWith("->>", this.#at) ? 3 : 2;
      this.#space();
      last = this.#name();
      this.#space();
    }
    return last;
  }

  #casts(): void {
    while (this.#text.startsWith("::", this.#at)) {
      this.#at += 2;
      this.#name();
      this.#space();
    }
  }

  #name(): string {
    if (this.#peek() === '"') {
      const end = this.#text.indexOf('"', this.#at + 1);
      if (end === -1) this.#fail("a quote is not closed");
      const name = this.#text.slice(this.#at + 1, end);
      this.#at = end + 1;
      return name;
    }
    // Spaces belong to a name when more of it follows; a dash does unless it starts an arrow.
    const match = /^(?:[^\s"(),:!.>-]|-(?!>)| +(?=[A-Za-z0-9_]))+/.exec(this.#text.slice(this.#at));
    if (match === null) this.#fail(`a name is missing before "${this.#peek() ?? "the end"}"`);
    this.#at += match[0].length;
    return match[0].trim();
  }

  #touchesHole(): boolean {
    return (
      this.#text.slice(0, this.#at).trimEnd().endsWith(hole) || this.#text.includes(`${hole},`)
    );
  }

  #expect(character: string): void {
    this.#space();
    if (this.#peek() !== character) this.#fail(`"${character}" is missing`);
    this.#at++;
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at++;
  }

  #fail(message: string): never {
    throw new SelectSyntaxError(message, this.#at);
  }
}
