import EmailReplyParser from "email-reply-parser";
import { convert } from "html-to-text";

/** The parser's expressions take long for long texts that were made for it, so it sees this much. */
const PARSED = 5_000;
/** Beyond it the rest is not converted. */
const HTML_LENGTH = 200_000;

/** HTML as text: nothing of it runs, loads or is shown, and what it quotes is marked as a quote. */
export function textOfHtml(html: string): string {
  return convert(html.slice(0, HTML_LENGTH), {
    wordwrap: false,
    limits: { maxInputLength: HTML_LENGTH, maxChildNodes: 5_000, maxDepth: 60, ellipsis: "…" },
    selectors: [
      ...["img", "script", "style", "head", "title", "object", "svg"].map((selector) => ({
        selector,
        format: "skip",
      })),
      { selector: "a", options: { hideLinkHrefIfSameAsText: true } },
    ],
  });
}

/** One kind of line end, no blanks at the ends of lines, and one empty line where there are many. */
const tidied = (text: string): string =>
  text
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/[^\S\n]+(?=\n|$)/g, "")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();

/**
 * What a sender wrote anew: the text up to what it quotes in the end. A quote between two answers stays.
 * @param text at most some 100,000 characters
 */
export function newWords(text: string): string {
  const whole = tidied(text);
  const fragments = new EmailReplyParser().read(whole.slice(0, PARSED)).getFragments();
  const last = fragments.findLastIndex(
    (fragment) =>
      !(fragment.isQuoted() || fragment.isHidden()) && fragment.getContent().trim() !== "",
  );
  const isWhole = last === fragments.length - 1;
  const words = fragments
    .slice(0, last + 1)
    .map((fragment) => fragment.getContent())
    .join("\n");
  return `${words}${isWhole ? whole.slice(PARSED) : ""}`.trim();
}
