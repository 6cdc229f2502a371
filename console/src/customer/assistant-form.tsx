import { type ReactNode, useState } from "react";
import { written } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { Textarea, TextInput } from "../shared/controls.ts";
import { FormDialog } from "../shared/form-dialog.tsx";
import type { Assistant } from "./assistants-of-mine.ts";

const textOf = (configuration: unknown, key: string): string => {
  const value = Object.entries(configuration ?? {}).find(([name]) => name === key)?.[1];
  return typeof value === "string" ? value : "";
};

/** Makes an assistant, or edits one. What else its configuration has stays as it is. */
export function AssistantForm({
  assistant,
  onClose,
}: {
  assistant: Assistant | null;
  onClose: () => void;
}): ReactNode {
  const before = assistant?.configuration ?? {};
  const [name, setName] = useState(assistant?.name ?? "");
  const [greeting, setGreeting] = useState(textOf(before, "first_message"));
  const [prompt, setPrompt] = useState(textOf(before, "system_prompt"));
  const save = useAction(
    () => {
      const {
        first_message: _,
        system_prompt: __,
        ...kept
      } = { first_message: "", system_prompt: "", ...Object(before) };
      const configuration = {
        ...kept,
        ...(greeting !== "" && { first_message: greeting }),
        ...(prompt !== "" && { system_prompt: prompt }),
      };
      const table = backend().supabase.from("assistants");
      return written(
        assistant === null
          ? table.insert({ name, configuration })
          : table.update({ name, configuration }).eq("id", assistant.id),
      );
    },
    {
      changes: [["assistants"], ["limits"]],
      done: () => {
        say(assistant === null ? `${name} is made, and on its way to the provider.` : "Saved.");
        onClose();
      },
      isShownElsewhere: true,
    },
  );
  return (
    <FormDialog
      title={assistant === null ? "New assistant" : `Edit ${assistant.name}`}
      save={save}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        required
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label="Greeting"
        description="What it says first."
        value={greeting}
        onChange={(event) => setGreeting(event.currentTarget.value)}
      />
      <Textarea
        label="Instructions"
        description="Who it is, what it may promise, what it asks."
        autosize
        minRows={4}
        maxRows={14}
        value={prompt}
        onChange={(event) => setPrompt(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
