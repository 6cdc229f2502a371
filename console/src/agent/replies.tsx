import { Button, Group, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { written } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { Change } from "../shared/change.tsx";
import { Select, Textarea, TextInput } from "../shared/controls.ts";
import { DataTable } from "../shared/data-table.tsx";
import { FormDialog } from "../shared/form-dialog.tsx";
import { formatCode } from "../shared/format.ts";
import { options } from "../shared/one-of.tsx";
import { Empty, Loaded, Page } from "../shared/page.tsx";
import { oneOf } from "../shared/search.ts";
import { categories } from "../support/words.ts";
import { type Reply, useSavedReplies } from "./saved-reply.tsx";

const table = () => backend().supabase.from("saved_replies");
const changes = [["saved-replies"]];

/** What the desk writes again and again. */
export default function Replies(): ReactNode {
  const [edited, setEdited] = useState<Reply | "new" | null>(null);
  const remove = useAction(({ id }: Reply) => written(table().delete().eq("id", id)), {
    changes,
    done: (_, { title }) => say(`${title} is gone.`),
  });
  return (
    <Page
      title="Saved replies"
      actions={<Button onClick={() => setEdited("new")}>New reply</Button>}
    >
      <Loaded query={useSavedReplies()}>
        {(replies) =>
          replies.length === 0 ? (
            <Empty title="No saved replies">
              Write one, and every agent can begin an answer with it.
            </Empty>
          ) : (
            <DataTable
              rows={replies}
              rowKey={({ id }) => id}
              columns={[
                { label: "Title", cell: ({ title }) => title },
                { label: "For", cell: ({ team }) => (team === null ? "All" : formatCode(team)) },
                {
                  label: "Text",
                  cell: ({ body }) => (
                    <Text size="sm" lineClamp={2} maw={420}>
                      {body}
                    </Text>
                  ),
                },
                {
                  label: "",
                  cell: (reply) => (
                    <Group gap="xs" wrap="nowrap">
                      <Change label={`Change ${reply.title}`} onClick={() => setEdited(reply)} />
                      <Button
                        size="xs"
                        color="red"
                        variant="light"
                        aria-label={`Delete ${reply.title}`}
                        onClick={() =>
                          window.confirm(`Delete ${reply.title}?`) && remove.mutate(reply)
                        }
                      >
                        Delete
                      </Button>
                    </Group>
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
      {edited !== null && (
        <ReplyForm reply={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
    </Page>
  );
}

function ReplyForm({ reply, onClose }: { reply: Reply | null; onClose: () => void }): ReactNode {
  const [title, setTitle] = useState(reply?.title ?? "");
  const [team, setTeam] = useState(reply?.team ?? null);
  const [body, setBody] = useState(reply?.body ?? "");
  const save = useAction(
    () => {
      const said = { title: title.trim(), team, body };
      return written(
        reply === null ? table().insert(said) : table().update(said).eq("id", reply.id),
      );
    },
    {
      changes,
      done: () => {
        say("Saved.");
        onClose();
      },
      isShownElsewhere: true,
    },
  );
  return (
    <FormDialog
      title={reply === null ? "New reply" : "Change the reply"}
      save={save}
      onClose={onClose}
    >
      <TextInput
        label="Title"
        required
        data-autofocus
        maxLength={100}
        value={title}
        onChange={({ currentTarget }) => setTitle(currentTarget.value)}
      />
      <Select
        label="For"
        placeholder="All of the desk"
        clearable
        value={team}
        data={options(categories)}
        onChange={(value) => setTeam(oneOf(categories, value) ?? null)}
      />
      <Textarea
        label="Text"
        description="{{customer_name}}, {{agent_name}}, {{ticket_number}} and {{subject}} are filled in."
        required
        autosize
        minRows={4}
        maxRows={14}
        value={body}
        onChange={({ currentTarget }) => setBody(currentTarget.value)}
      />
    </FormDialog>
  );
}
