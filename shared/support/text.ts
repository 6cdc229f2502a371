import { z } from "zod";

/** Text as the database counts it: characters, not UTF-16 units; neither blank nor with NUL. */
export function text(maxCharacters: number) {
  return z
    .string()
    .refine((value) => /\S/.test(value), "must not be blank")
    .refine((value) => !value.includes("\0"), "must not contain NUL")
    .refine(
      (value) => value.length <= 2 * maxCharacters && [...value].length <= maxCharacters,
      `must have at most ${maxCharacters} characters`,
    );
}
