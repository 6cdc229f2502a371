import { Stack, type StackProps } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { Failure } from "./failure.tsx";

/** A form, with what was refused of its action above its fields. */
export function Form({
  action,
  onSubmit,
  children,
  ...stack
}: {
  action: { readonly isError: boolean; readonly error: unknown };
  onSubmit: () => void;
  children: ReactNode;
} & Pick<StackProps, "align" | "maw">): ReactNode {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Stack component="form" onSubmit={submit} {...stack}>
      {action.isError && <Failure error={action.error} />}
      {children}
    </Stack>
  );
}
