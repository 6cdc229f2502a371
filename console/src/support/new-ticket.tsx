import { Group } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { useAction } from "../shared/actions.ts";
import { Textarea, TextInput } from "../shared/controls.ts";
import { FormDialog } from "../shared/form-dialog.tsx";
import { OneOf } from "../shared/one-of.tsx";
import { categories, priorities } from "./words.ts";

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
    <FormDialog title="New ticket" label="Send" save={open} onClose={onClose}>
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
        <OneOf label="About" values={categories} value={category} onChange={setCategory} />
        <OneOf label="Priority" values={priorities} value={priority} onChange={setPriority} />
      </Group>
    </FormDialog>
  );
}
