import { Button, Group, Stack } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { useAction } from "../shared/actions.ts";
import { Modal, Select, Textarea, TextInput } from "../shared/controls.ts";
import { Failure } from "../shared/failure.tsx";
import { formatCode } from "../shared/format.ts";
import { categories, priorities } from "./words.ts";

const options = (values: readonly string[]) =>
  values.map((value) => ({ value, label: formatCode(value) }));

export function NewTicket({
  onClose,
  onMade,
}: {
  onClose: () => void;
  onMade: (id: string) => void;
}): ReactNode {
  const [subject, setSubject] = useState("");
  const [description, setDescription] = useState("");
  const [category, setCategory] = useState<(typeof categories)[number]>("general");
  const [priority, setPriority] = useState<(typeof priorities)[number]>("medium");
  const open = useAction(
    () =>
      rows(
        backend()
          .supabase.from("support_tickets")
          .insert({ subject, description, category, priority })
          .select("id")
          .single(),
      ),
    { changes: [["tickets"]], done: ({ id }) => onMade(id), isShownElsewhere: true },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    open.mutate(undefined);
  };
  return (
    <Modal opened onClose={onClose} title="New ticket" closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submit}>
        <Stack>
          {open.isError && <Failure error={open.error} />}
          <TextInput
            label="Subject"
            required
            data-autofocus
            value={subject}
            onChange={(event) => setSubject(event.currentTarget.value)}
          />
          <Textarea
            label="What is it about?"
            required
            autosize
            minRows={4}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <Group grow>
            <Select
              label="About"
              allowDeselect={false}
              value={category}
              data={options(categories)}
              onChange={(value) => setCategory(categories.find((one) => one === value) ?? category)}
            />
            <Select
              label="Priority"
              allowDeselect={false}
              value={priority}
              data={options(priorities)}
              onChange={(value) => setPriority(priorities.find((one) => one === value) ?? priority)}
            />
          </Group>
          <Group justify="end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={open.isPending}>
              Send
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
