import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { rows, written } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { TextInput } from "../shared/controls.ts";
import { Form } from "../shared/form.tsx";
import { Loaded, Panel } from "../shared/page.tsx";

const links = () => backend().supabase.from("class_join_links");

/** The way into a class, when the rules show it; its host sets it. */
export function Join({ id, isHost }: { id: string; isHost: boolean }): ReactNode {
  const link = useQuery({
    queryKey: ["join", id],
    queryFn: () => rows(links().select("join_url").eq("live_class_id", id)),
    refetchInterval: 30_000,
  });
  return (
    <Panel title="Join">
      <Loaded query={link}>
        {([found]) => (
          <>
            {found !== undefined && (
              <Button component="a" href={found.join_url} target="_blank" rel="noreferrer">
                Join the class
              </Button>
            )}
            {found === undefined && !isHost && (
              <Text size="sm" c="dimmed">
                The link appears here from 15 minutes before the class to its end.
              </Text>
            )}
            {isHost && <LinkForm key={found?.join_url} id={id} address={found?.join_url ?? ""} />}
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function LinkForm({ id, address }: { id: string; address: string }): ReactNode {
  const [typed, setTyped] = useState(address);
  const save = useAction(
    () =>
      written(
        typed.trim() === ""
          ? links().delete().eq("live_class_id", id)
          : links().upsert({ live_class_id: id, join_url: typed.trim() }),
      ),
    { changes: [["join", id]], done: () => say("Saved."), isShownElsewhere: true },
  );
  return (
    <Form action={save} onSubmit={() => save.mutate(undefined)}>
      <Group mt="sm" align="end">
        <TextInput
          flex={1}
          type="url"
          label="Join link"
          description="With its passcode. Students see it from 15 minutes before the class to its end."
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        {typed !== address && (
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        )}
      </Group>
    </Form>
  );
}
