import type { ReactNode } from "react";
import { Select } from "./controls.ts";
import { zone } from "./format.ts";

/** Chooses a time zone; the visitor's own is near the top. */
export function ZoneSelect({
  description,
  first,
  value,
  onChange,
}: {
  description?: string;
  /** Offered before the others. */
  first: readonly string[];
  value: string;
  onChange: (value: string) => void;
}): ReactNode {
  return (
    <Select
      label="Time zone"
      {...(description !== undefined && { description })}
      searchable
      allowDeselect={false}
      limit={50}
      value={value}
      data={[...new Set([...first, zone, ...Intl.supportedValuesOf("timeZone")])]}
      onChange={(chosen) => chosen !== null && onChange(chosen)}
    />
  );
}
