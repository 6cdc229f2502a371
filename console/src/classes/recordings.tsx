import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { formatBytes, formatCode, formatTime } from "../shared/format.ts";
import { Loaded, Panel } from "../shared/page.tsx";

const controls = ["start", "pause", "resume", "stop"] as const;

/** A class's recordings with links that expire soon and, for its host while it runs, their controls. */
export function Recordings({
  id,
  isHost,
  card,
}: {
  id: string;
  isHost: boolean;
  card: { readonly status: string; readonly provider: string; readonly recording_status: string };
}): ReactNode {
  const recordings = useQuery({
    queryKey: ["recordings", id],
    queryFn: () => answer(backend().api.classes.recordings(id)),
  });
  const control = useAction(
    (action: (typeof controls)[number]) =>
      answer(backend().api.classes.controlRecording({ class_id: id, action })),
    { changes: [["class", id]], done: () => say("Zoom was asked.") },
  );
  const isControlled = isHost && card.provider === "zoom" && card.status === "ongoing";
  return (
    <Panel title="Recordings">
      <Stack>
        {isControlled && (
          <Group gap="xs">
            <Text size="sm">{formatCode(card.recording_status)}</Text>
            {controls.map((action) => (
              <Button
                key={action}
                size="xs"
                variant="default"
                loading={control.isPending && control.variables === action}
                onClick={() => control.mutate(action)}
              >
                {formatCode(action)}
              </Button>
            ))}
          </Group>
        )}
        <Loaded query={recordings}>
          {({ recordings: files }) =>
            files.length === 0 ? (
              <Text size="sm" c="dimmed">
                Nothing was recorded, or it is not ready yet.
              </Text>
            ) : (
              files.map((file) => (
                <Group key={file.id} justify="space-between">
                  <Text size="sm">
                    {formatCode(file.recording_type ?? file.file_type)},{" "}
                    {formatTime(file.started_at)}, {formatBytes(file.size_bytes)}
                  </Text>
                  {file.url !== null && (
                    <Button
                      component="a"
                      size="xs"
                      variant="default"
                      href={file.url}
                      target="_blank"
                      rel="noreferrer"
                    >
                      Play
                    </Button>
                  )}
                </Group>
              ))
            )
          }
        </Loaded>
      </Stack>
    </Panel>
  );
}
