import { formatBytes, formatNumber, formatSeconds } from "../shared/format.ts";
import type { NumberField } from "./numbers-form.tsx";

interface Limits {
  readonly max_assistants: number | null;
  readonly max_call_time_seconds: number | null;
  readonly max_attachment_bytes: number | null;
}

/** The limits of an account or a plan, as an admin sets them. */
export function limitFields(limits: Limits): readonly NumberField<keyof Limits>[] {
  return (
    [
      ["max_assistants", "Assistants", formatNumber],
      ["max_call_time_seconds", "Call time in seconds", formatSeconds],
      ["max_attachment_bytes", "Attachments in bytes", formatBytes],
    ] as const
  ).map(([name, label, format]) => ({
    name,
    label,
    format,
    value: limits[name],
    empty: "Unlimited",
  }));
}
