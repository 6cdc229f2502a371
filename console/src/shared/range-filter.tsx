import type { ReactNode } from "react";
import { SegmentedControl, TextInput } from "./controls.ts";
import { dayOf } from "./local-time.ts";
import type { Range } from "./search.ts";

const spans = [
  ["7", "7 days"],
  ["30", "30 days"],
  ["90", "90 days"],
] as const;

/** The visitor's calendar day so many days before today, such as 2026-03-01. */
export function dayBefore(days: number): string {
  const date = new Date();
  date.setDate(date.getDate() - days);
  return dayOf(date);
}

const spanOf = ({ from, to }: Range): string => {
  if (to !== undefined && to !== dayBefore(0)) return "";
  if (from === undefined) return "30";
  return spans.find(([days]) => dayBefore(Number(days) - 1) === from)?.[0] ?? "";
};

/** Chooses days: the last ones, or from one to another. */
export function RangeFilter({
  value,
  onChange,
}: {
  value: Range;
  onChange: (range: Range) => void;
}): ReactNode {
  return (
    <>
      <SegmentedControl
        aria-label="Days"
        value={spanOf(value)}
        data={spans.map(([days, label]) => ({ value: days, label }))}
        onChange={(days) => onChange({ from: dayBefore(Number(days) - 1), to: undefined })}
      />
      <TextInput
        type="date"
        label="From"
        value={value.from ?? dayBefore(29)}
        max={value.to ?? dayBefore(0)}
        onChange={({ currentTarget: { value: from } }) => from && onChange({ ...value, from })}
      />
      <TextInput
        type="date"
        label="To"
        value={value.to ?? dayBefore(0)}
        min={value.from}
        onChange={({ currentTarget: { value: to } }) =>
          to && onChange({ from: value.from ?? dayBefore(29), to })
        }
      />
    </>
  );
}
