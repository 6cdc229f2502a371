import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { useAction } from "../shared/actions.ts";
import { FileButton, Select, Switch, Textarea } from "../shared/controls.ts";
import { Failure } from "../shared/failure.tsx";
import { formatBytes } from "../shared/format.ts";
import { options } from "../shared/one-of.tsx";
import { oneOf } from "../shared/search.ts";

/** A file that is uploaded, and sent with the next message. */
interface Attached {
  readonly id: string;
  readonly name: string;
}

interface Message {
  readonly body: string;
  readonly isInternal: boolean;
  readonly status: (typeof statuses)[number] | null;
  readonly files: readonly Attached[];
}

const statuses = ["open", "in_progress", "waiting", "resolved", "closed"] as const;

/** Writes to a ticket: words, files and, for staff, a note or a status. */
export function Composer({
  ticketId,
  isStaff,
  templates,
}: {
  ticketId: string;
  isStaff: boolean;
  /** Shows what gives words to begin with. */
  templates?: (add: (words: string) => void) => ReactNode;
}): ReactNode {
  const [body, setBody] = useState("");
  const [isInternal, setInternal] = useState(false);
  const [status, setStatus] = useState<Message["status"]>(null);
  const [files, setFiles] = useState<readonly Attached[]>([]);
  const [progress, setProgress] = useState<number | null>(null);
  const upload = useAction(
    (file: File) =>
      answer(
        backend().api.attachments.upload(ticketId, file, {
          onProgress: ({ loaded, total }) =>
            setProgress(total === 0 ? 100 : (100 * loaded) / total),
        }),
      ).finally(() => setProgress(null)),
    {
      done: ({ attachment_id, file_name }) =>
        setFiles((before) => [...before, { id: attachment_id, name: file_name }]),
      isShownElsewhere: true,
    },
  );
  const send = useAction(
    (message: Message) =>
      answer(
        backend().api.tickets.reply({
          ticket_id: ticketId,
          body: message.body,
          internal: message.isInternal,
          status: message.status,
          attachment_ids: message.files.map(({ id }) => id),
        }),
      ),
    {
      changes: [["thread", ticketId], ["tickets"], ["desk"], ["sla", ticketId]],
      // What was written or attached while it was on its way belongs to the next message.
      done: (_, sent) => {
        setBody((now) => (now === sent.body ? "" : now));
        setFiles((now) => now.filter((file) => !sent.files.includes(file)));
        setStatus((now) => (now === sent.status ? null : now));
      },
      isShownElsewhere: true,
    },
  );
  return (
    <Stack>
      {upload.isError && <Failure error={upload.error} />}
      {send.isError && <Failure error={send.error} />}
      {templates?.((words) => setBody((now) => (now.trim() === "" ? words : `${now}\n\n${words}`)))}
      <Textarea
        label={isInternal ? "Note among staff" : "Message"}
        autosize
        minRows={3}
        maxRows={12}
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
      />
      {progress !== null && <Progress value={progress} aria-label="Upload" />}
      {files.length > 0 && <Text size="sm">With {files.map(({ name }) => name).join(", ")}</Text>}
      <Group justify="space-between">
        <Group>
          <FileButton onChange={(file) => file !== null && upload.mutate(file)}>
            {(props) => (
              <Button {...props} variant="default" loading={upload.isPending}>
                Attach a file
              </Button>
            )}
          </FileButton>
          {isStaff && (
            <Switch
              label="Internal"
              checked={isInternal}
              onChange={({ currentTarget }) => setInternal(currentTarget.checked)}
            />
          )}
        </Group>
        <Group>
          {isStaff && (
            <Select
              aria-label="Status after it"
              placeholder="Status as it is"
              clearable
              value={status}
              data={options(statuses)}
              onChange={(value) => setStatus(oneOf(statuses, value) ?? null)}
            />
          )}
          <Button
            disabled={body.trim() === "" && files.length === 0}
            loading={send.isPending}
            onClick={() => send.mutate({ body, isInternal, status, files })}
          >
            Send
          </Button>
        </Group>
      </Group>
      {upload.variables !== undefined && upload.isPending && (
        <Text size="xs" c="dimmed">
          {upload.variables.name}, {formatBytes(upload.variables.size)}
        </Text>
      )}
    </Stack>
  );
}
