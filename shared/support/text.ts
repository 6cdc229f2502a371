import { z } from "zod";

/** Text as the database counts it, which may be blank: characters, not UTF-16 units. */
export function textOrNothing(maxCharacters: number) {
  return z
    .string()
    .refine(
      (value) => value.length <= 2 * maxCharacters && [...value].length <= maxCharacters,
      `must have at most ${maxCharacters} characters`,
    );
}

/** Whether somebody who reads it sees anything. */
export function saysSomething(value: string): boolean {
  return /\S/.test(value);
}

/** Text as the database counts it, and not blank. */
export function text(maxCharacters: number) {
  return textOrNothing(maxCharacters).refine(saysSomething, "must not be blank");
}
