import type { ReactNode } from "react";
import { Select } from "./controls.ts";
import { formatCode } from "./format.ts";
import { oneOf } from "./search.ts";

/** The codes of an enum as a control offers them. */
export const options = (values: readonly string[]) =>
  values.map((value) => ({ value, label: formatCode(value) }));

/** Chooses one of an enum's codes; there is always one. */
export function OneOf<Value extends string>({
  label,
  values,
  value,
  onChange,
  disabled = false,
}: {
  label: string;
  values: readonly Value[];
  value: Value;
  onChange: (value: Value) => void;
  disabled?: boolean;
}): ReactNode {
  return (
    <Select
      label={label}
      allowDeselect={false}
      value={value}
      data={options(values)}
      disabled={disabled}
      onChange={(chosen) => onChange(oneOf(values, chosen) ?? value)}
    />
  );
}
