import type { ReactNode } from "react";
import { Select, TextInput } from "./controls.ts";
import { options } from "./one-of.tsx";
import { oneOf } from "./search.ts";

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
      data={options(values)}
      onChange={(chosen) => onChange(oneOf(values, chosen))}
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
