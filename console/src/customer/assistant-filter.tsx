import type { ReactNode } from "react";
import { Select } from "../shared/controls.ts";
import { useAssistants } from "./assistants-of-mine.ts";

/** Chooses one assistant, or all. */
export function AssistantFilter({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (id: string | undefined) => void;
}): ReactNode {
  const { data = [] } = useAssistants();
  return (
    <Select
      label="Assistant"
      placeholder="All"
      clearable
      searchable
      value={value ?? null}
      data={data.map(({ id, name }) => ({ value: id, label: name }))}
      onChange={(id) => onChange(id ?? undefined)}
    />
  );
}
