import { Alert, Badge, Button, Group, SimpleGrid, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { written } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { Menu, Switch } from "../shared/controls.ts";
import { formatCode } from "../shared/format.ts";
import { Empty, Loaded, Page, Panel } from "../shared/page.tsx";
import { AssistantForm } from "./assistant-form.tsx";
import { type Assistant, useAssistants } from "./assistants-of-mine.ts";

const provisioningColor = { pending: "yellow", ready: "teal", failed: "red" } as const;

/** The caller's phone assistants, and whether the provider has them. */
export default function Assistants(): ReactNode {
  const assistants = useAssistants();
  const [edited, setEdited] = useState<Assistant | "new" | null>(null);
  return (
    <Page
      title="Assistants"
      actions={<Button onClick={() => setEdited("new")}>New assistant</Button>}
    >
      <Loaded query={assistants}>
        {(found) =>
          found.length === 0 ? (
            <Empty title="No assistant yet">Make one, then connect a number that it answers.</Empty>
          ) : (
            <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
              {found.map((assistant) => (
                <Card
                  key={assistant.id}
                  assistant={assistant}
                  onEdit={() => setEdited(assistant)}
                />
              ))}
            </SimpleGrid>
          )
        }
      </Loaded>
      {edited !== null && (
        <AssistantForm
          assistant={edited === "new" ? null : edited}
          onClose={() => setEdited(null)}
        />
      )}
    </Page>
  );
}

function Card({ assistant, onEdit }: { assistant: Assistant; onEdit: () => void }): ReactNode {
  const { id, name, is_active, provisioning, provisioning_error } = assistant;
  const queries = useQueryClient();
  const table = () => backend().supabase.from("assistants");
  const changes = [["assistants"], ["limits"]];
  const turn = useAction(
    (isActive: boolean) => {
      // Shown at once; the list is asked for again whatever comes of it.
      queries.setQueryData(["assistants"], (before: Assistant[] | undefined) =>
        before?.map((one) => (one.id === id ? { ...one, is_active: isActive } : one)),
      );
      return written(table().update({ is_active: isActive }).eq("id", id));
    },
    { changes },
  );
  const remove = useAction(() => written(table().delete().eq("id", id)), {
    changes,
    done: () => say(`${name} is gone.`),
  });
  const greeting = Object.entries(assistant.configuration ?? {}).find(
    ([key]) => key === "first_message",
  )?.[1];
  return (
    <Panel
      title={name}
      actions={
        <Menu>
          <Menu.Target>
            <Button size="xs" variant="default" aria-label={`Actions of ${name}`}>
              Actions
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={onEdit}>Edit</Menu.Item>
            <Menu.Item color="red" onClick={() => remove.mutate(undefined)}>
              Delete
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      }
    >
      <Text size="sm" c="dimmed" mih={40}>
        {typeof greeting === "string" ? `“${greeting}”` : "Greets with the provider's own words."}
      </Text>
      {provisioning_error !== null && (
        <Alert color="red" mb="sm">
          {provisioning_error}
        </Alert>
      )}
      <Group justify="space-between">
        <Badge variant="light" color={provisioningColor[provisioning]}>
          {formatCode(provisioning)}
        </Badge>
        <Switch
          label="Takes calls"
          checked={is_active}
          onChange={({ currentTarget }) => turn.mutate(currentTarget.checked)}
        />
      </Group>
    </Panel>
  );
}
