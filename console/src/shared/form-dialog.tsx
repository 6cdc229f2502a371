import { Button, Group } from "@mantine/core";
import type { ReactNode } from "react";
import { Modal } from "./controls.ts";
import { Form } from "./form.tsx";

/** A form in a window of its own, for one action. */
export function FormDialog({
  title,
  save,
  label = "Save",
  isDisabled = false,
  onClose,
  children,
}: {
  title: string;
  /** What is done with what the form says. */
  save: {
    readonly isPending: boolean;
    readonly isError: boolean;
    readonly error: unknown;
    mutate(input: undefined): void;
  };
  label?: string;
  isDisabled?: boolean;
  onClose: () => void;
  children: ReactNode;
}): ReactNode {
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": "Close" }}>
      <Form action={save} onSubmit={() => save.mutate(undefined)}>
        {children}
        <Group justify="end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={isDisabled} loading={save.isPending}>
            {label}
          </Button>
        </Group>
      </Form>
    </Modal>
  );
}
