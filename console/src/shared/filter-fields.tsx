import type { ReactNode } from "react";
import { Select, TextInput } from "./controls.ts";
import { formatCode } from "./format.ts";

/** Chooses one of some values, or all. */
export function Choice<Value extends string>({
  label,
  values,
  value,
  onChange,
  placeholder = "All",
}: {
  label: string;
  /** What it says while nothing is chosen. */
  placeholder?: string;
  values: readonly Value[];
  value: Value | undefined;
  onChange: (value: Value | undefined) => void;
}): ReactNode {
  return (
    <Select
      label={label}
      placeholder={placeholder}
      clearable
      w={150}
      value={value ?? null}
      data={values.map((one) => ({ value: one, label: formatCode(one) }))}
      onChange={(chosen) => onChange(values.find((one) => one === chosen))}
    />
  );
}

/** What is sought, once its field is left or Enter is pressed. */
export function Sought({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}): ReactNode {
  return (
    <TextInput
      key={value}
      label={label}
      defaultValue={value ?? ""}
      onBlur={({ currentTarget }) => onChange(currentTarget.value || undefined)}
      onKeyDown={({ key, currentTarget }) => key === "Enter" && currentTarget.blur()}
    />
  );
}
