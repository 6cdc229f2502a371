import { loadModule, type Node, type ParseResult, parseSync } from "libpg-query";

/** One statement of a file. */
export interface Statement {
  text: string;
  /** Line of its first word, from 1. */
  line: number;
  /** Its syntax tree; null when Postgres' own parser refuses it. */
  node: Node | null;
}

/** Loads Postgres' parser; call once before the functions here. */
export const loadParser = loadModule;

/** A file's statements with their lines, by Postgres' own parser; one that it refuses does not hide the others. */
export function splitStatements(sql: string): Statement[] {
  const text = withoutPsqlLines(sql);
  const whole = parse(text);
  if (whole !== null) {
    const bytes = Buffer.from(text);
    return (whole.stmts ?? []).map((raw) => {
      const start = raw.stmt_location ?? 0;
      const end = raw.stmt_len ? start + raw.stmt_len : bytes.length;
      return statement(
        bytes.subarray(start, end).toString(),
        countLines(bytes.subarray(0, start).toString()),
        raw.stmt ?? null,
      );
    });
  }
  return pieces(text).map(({ text: piece, line }) =>
    statement(piece, line - 1, parse(piece)?.stmts?.[0]?.stmt ?? null),
  );
}

/** The tree of an expression as it would stand in a select list; null when it cannot be parsed. */
export function parseExpression(expression: string): Node | null {
  const select = parse(`select ${expression}`)?.stmts?.[0]?.stmt;
  if (select === undefined || !("SelectStmt" in select)) return null;
  const target = select.SelectStmt.targetList?.[0];
  return target !== undefined && "ResTarget" in target ? (target.ResTarget.val ?? null) : null;
}

/** The tree of one statement; null when it cannot be parsed. */
export function parseStatement(sql: string): Node | null {
  return parse(sql)?.stmts?.[0]?.stmt ?? null;
}

function parse(sql: string): ParseResult | null {
  try {
    const result: ParseResult = parseSync(sql);
    return result;
  } catch {
    return null;
  }
}

const countLines = (text: string): number => text.split("\n").length - 1;

function statement(text: string, linesBefore: number, node: Node | null): Statement {
  const comments = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/.exec(text)?.[0] ?? "";
  return {
    text: text.slice(comments.length),
    line: linesBefore + countLines(comments) + 1,
    node,
  };
}

/** Blanks out the parts of dumps that only psql understands: `\connect`, and the data of COPY … FROM stdin. */
function withoutPsqlLines(sql: string): string {
  let isData = false;
  return sql
    .split("\n")
    .map((line) => {
      if (isData) {
        if (line.trimEnd() === "\\.") isData = false;
        return "";
      }
      if (/^copy\s.+\sfrom\s+stdin\b.*;\s*$/i.test(line)) {
        isData = true;
        return "";
      }
      return /^\\[a-z!]/i.test(line) ? "" : line;
    })
    .join("\n");
}

// Text that may hold a semicolon without ending a statement.
const opaque =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_][A-Za-z_0-9]*)?\$[\s\S]*?\$\1\$|;/g;

/** Cuts at semicolons outside of quotes and comments; for files that the parser refuses as a whole. */
function pieces(sql: string): { text: string; line: number }[] {
  const found: { text: string; line: number }[] = [];
  let start = 0;
  const push = (end: number) => {
    const text = sql.slice(start, end);
    if (text.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, "").trim() !== "") {
      found.push({ text, line: countLines(sql.slice(0, start)) + 1 });
    }
    start = end + 1;
  };
  for (const match of sql.matchAll(opaque)) {
    if (match[0] === ";") push(match.index);
  }
  push(sql.length);
  return found;
}
