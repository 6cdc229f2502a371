import { Button, Group, Stack } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { Modal } from "./controls.ts";
import { Failure } from "./failure.tsx";

/** A form in a window of its own, with what was refused above its fields. */
export function FormDialog({
  title,
  save,
  label = "Save",
  isDisabled = false,
  onSubmit,
  onClose,
  children,
}: {
  title: string;
  /** The action that the form is for. */
  save: { readonly isPending: boolean; readonly isError: boolean; readonly error: unknown };
  label?: string;
  isDisabled?: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}): ReactNode {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submit}>
        <Stack>
          {save.isError && <Failure error={save.error} />}
          {children}
          <Group justify="end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={isDisabled} loading={save.isPending}>
              {label}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
