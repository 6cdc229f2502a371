import { IntlMessageFormat } from "intl-messageformat";
import type { Item, Material } from "./material.ts";
import { de } from "./texts/de.ts";
import { en } from "./texts/en.ts";
import { es } from "./texts/es.ts";
import { fr } from "./texts/fr.ts";
import {
  type KindText,
  type Language,
  type MailKind,
  mailKinds,
  type Texts,
} from "./texts/kinds.ts";

const texts: Readonly<Record<Language, Texts>> = { en, de, fr, es };

const TIME = /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/;
/** Control characters, and what a mail program takes for the end of a line. */
const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu;

type Value = string | number | Date;

/** What a message may be filled with: times as times, everything else as text. */
function valuesOf(data: Item["data"]): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]): [string, Value] => {
      if (typeof value === "number") return [name, value];
      if (typeof value === "string" && TIME.test(value)) return [name, new Date(value)];
      return [name, typeof value === "string" ? value : ""];
    }),
  );
}

/** Text on one line, for a header as for a heading. */
export const oneLine = (text: string, length: number): string =>
  [...text.replace(CONTROLS, " ").trim()].slice(0, length).join("");

const isKnown = (kind: string): kind is MailKind => mailKinds.some((known) => known === kind);

/** Speaks to a reader: in their language, with times in their zone. */
export function speaker({ language, time_zone: timeZone, kind }: Material) {
  if (!isKnown(kind)) throw new Error("unknown_kind");
  const all = texts[language];
  const moment = {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZone,
    timeZoneName: "short",
  } as const;
  const say = (message: string, values: Record<string, Value> = {}): string =>
    String(
      new IntlMessageFormat(message, language, { date: { moment } }, { ignoreTag: true }).format(
        values,
      ),
    );
  const ofItem = (part: keyof KindText, item: Item) =>
    say(all.kinds[kind][part], valuesOf(item.data));
  return { all, say, ofItem };
}
