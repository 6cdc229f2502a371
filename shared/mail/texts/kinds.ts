/** The languages that mails are written in, by ISO 639-1 code. */
export const languages = ["en", "de", "fr", "es"] as const;
export type Language = (typeof languages)[number];

/** The kinds of notifications that have words of their own. */
export const mailKinds = [
  "class_absent",
  "class_cancelled",
  "class_enrolled",
  "class_in_an_hour",
  "class_meeting_absent",
  "class_moved",
  "class_no_show",
  "class_restored",
  "class_tomorrow",
  "dead_letters",
  "deletion_refused",
  "deletion_requested",
  "demo_2_days",
  "expired",
  "limit_100",
  "limit_75",
  "limit_90",
  "purge_7_days",
  "sla_at_risk",
  "sla_missed",
  "ticket_assigned",
  "ticket_reply",
  "ticket_resolved",
] as const;
export type MailKind = (typeof mailKinds)[number];

/** The words of a kind, as ICU messages over the notification's data. */
export interface KindText {
  /** Also the line of a notification among several in one mail. */
  readonly subject: string;
  readonly body: string;
}

/** Everything that a mail says in one language, as ICU messages. */
export interface Texts {
  readonly greeting: string;
  readonly greetingByName: string;
  readonly digestSubject: string;
  readonly more: string;
  readonly open: string;
  readonly answer: string;
  readonly rate: string;
  readonly why: string;
  readonly unsubscribe: string;
  readonly kinds: Readonly<Record<MailKind, KindText>>;
}
