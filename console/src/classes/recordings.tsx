import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Schemas } from "switchboard-client";
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
              files.map((file) => <Recorded key={file.id} classId={id} file={file} />)
            )
          }
        </Loaded>
      </Stack>
    </Panel>
  );
}

const players = { MP4: "video", M4A: "audio" } as const;

/** A recorded file: it plays here while its link holds, or opens where its provider shows it. */
function Recorded({
  classId,
  file,
}: {
  classId: string;
  file: Schemas["PlayableRecording"];
}): ReactNode {
  // Each answer brings another link: the one that plays stays.
  const [source, setSource] = useState<string | null>(null);
  const [isBroken, setBroken] = useState(false);
  const { url, expires_at } = file;
  const player = players[file.file_type as keyof typeof players];
  const name = formatCode(file.recording_type ?? file.file_type);
  const Player = player ?? "video";
  const play = useAction(
    async () => {
      if (expires_at !== null && Date.parse(expires_at) > Date.now()) return url;
      const { recordings } = await answer(backend().api.classes.recordings(classId));
      return recordings.find(({ id }) => id === file.id)?.url ?? null;
    },
    { done: (link) => (link === null ? setBroken(true) : setSource(link)) },
  );
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text size="sm">
          {name}, {formatTime(file.started_at)}, {formatBytes(file.size_bytes)}
        </Text>
        {url !== null && (
          <Group gap="xs">
            {player !== undefined && expires_at !== null && source === null && (
              <Button
                size="xs"
                aria-label={`Play ${name}`}
                loading={play.isPending}
                onClick={() => play.mutate(undefined)}
              >
                Play
              </Button>
            )}
            <Button
              component="a"
              size="xs"
              variant="default"
              href={url}
              target="_blank"
              rel="noreferrer"
              aria-label={`Open ${name}`}
            >
              Open
            </Button>
          </Group>
        )}
      </Group>
      {isBroken && (
        <Alert color="red" role="alert">
          The provider does not give the file, or this browser does not play it. Open it instead.
        </Alert>
      )}
      {source !== null && !isBroken && (
        <Player
          controls
          autoPlay
          src={source}
          aria-label={name}
          style={{ width: "100%" }}
          onError={() => setBroken(true)}
        />
      )}
    </Stack>
  );
}
