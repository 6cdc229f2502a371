/** What a log line may hold: numbers, codes and ids. Never payloads, secrets, addresses, phone numbers, transcripts. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Adds fields to the one line that a request logs. */
export type AddToLog = (fields: LogFields) => void;

/** Prints one line of JSON; Supabase's log drain takes it as it is. */
export function writeLog(fields: LogFields): void {
  console.log(JSON.stringify(fields));
}

const FRAMES = 6;

/**
 * Where an unexpected error came from, without its message: a message may quote a request
 * (`JSON.parse` does).
 */
export function describeError(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = (error.stack ?? "")
    .split("\n")
    .filter((line) => line.startsWith("    at "))
    .slice(0, FRAMES)
    .map((line) => line.trim());
  return { error: error.name, stack: frames.join(" | ") };
}
