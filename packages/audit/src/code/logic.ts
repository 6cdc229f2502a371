import { hole } from "./values.ts";

/** One condition of an `or(…)` string. */
export interface Condition {
  /** Column, possibly `relation.column` or with a JSON path. */
  column: string;
  operator: string;
  /** Null when only a run would tell. */
  values: string[] | null;
  offset: number;
}

/** The conditions of `a.eq.1,and(b.gt.2,c.is.null)`; null when the string cannot be read. */
export function parseLogic(text: string): Condition[] | null {
  const found: Condition[] = [];
  return collect(text, 0, found) ? found : null;
}

function collect(text: string, offset: number, found: Condition[]): boolean {
  for (const part of splitTop(text)) {
    const lead = part.text.length - part.text.trimStart().length;
    const trimmed = part.text.trim();
    const at = offset + part.start + lead;
    if (trimmed === "" || trimmed === hole) continue;
    const group = /^(?:not\.)?(?:and|or)\(([\s\S]*)\)$/.exec(trimmed);
    if (group?.[1] !== undefined) {
      if (!collect(group[1], at + trimmed.indexOf("(") + 1, found)) return false;
      continue;
    }
    const condition = parseCondition(trimmed, at);
    if (condition === null) return false;
    found.push(condition);
  }
  return true;
}

const operators =
  "eq|neq|gt|gte|lt|lte|like|ilike|match|imatch|is|isdistinct|in|cs|cd|ov|sl|sr|nxr|nxl|adj|fts|plfts|phfts|wfts";
const pattern = new RegExp(
  `^([\\s\\S]+?)\\.(?:not\\.)?(${operators})(?:\\((?:any|all|\\w+)\\))?\\.([\\s\\S]*)$`,
);

function parseCondition(text: string, offset: number): Condition | null {
  const match = pattern.exec(text);
  if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined) {
    return text.includes(hole) ? { column: hole, operator: "", values: null, offset } : null;
  }
  const [, column, operator, raw] = match;
  const list = operator === "in" ? /^\(([\s\S]*)\)$/.exec(raw)?.[1] : undefined;
  const parts = list === undefined ? [raw] : splitTop(list).map((part) => part.text.trim());
  const values = raw.includes(hole)
    ? null
    : parts.map((part) => part.replace(/^"([\s\S]*)"$/, "$1"));
  return { column, operator, values, offset };
}

/** Cuts at commas outside of parentheses, braces and quotes. */
function splitTop(text: string): { text: string; start: number }[] {
  const parts: { text: string; start: number }[] = [];
  let depth = 0;
  let isQuoted = false;
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    const character = text[at];
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted && character !== undefined) continue;
    else if (character === "(" || character === "{") depth++;
    else if (character === ")" || character === "}") depth--;
    if (character === undefined || (character === "," && depth === 0)) {
      parts.push({ text: text.slice(start, at), start });
      start = at + 1;
    }
  }
  return parts;
}
