import { Group } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { useAction } from "../shared/actions.ts";
import { Select, Textarea, TextInput } from "../shared/controls.ts";
import { FormDialog } from "../shared/form-dialog.tsx";
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
  return (
    <FormDialog
      title="New ticket"
      label="Send"
      save={open}
      onSubmit={() => open.mutate(undefined)}
      onClose={onClose}
    >
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
    </FormDialog>
  );
}
