import { Badge, Button, Code, Group, Paper, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { useAction } from "../shared/actions.ts";
import { Failure } from "../shared/failure.tsx";
import { formatCode, formatCost, formatSeconds, formatTime } from "../shared/format.ts";
import { ButtonLink } from "../shared/links.tsx";
import { Empty, Loaded, Page, Panel } from "../shared/page.tsx";
import { Outcome } from "./calls.tsx";

const route = getRouteApi("/calls/$id");

/** One call: what was said, how it was judged, how it sounds. */
export default function Call(): ReactNode {
  const { id } = route.useParams();
  const call = useQuery({
    queryKey: ["call", id],
    queryFn: () => answer(backend().api.analytics.call(id)),
  });
  return (
    <Page
      title="Call"
      actions={
        <ButtonLink to="/calls" variant="default">
          All calls
        </ButtonLink>
      }
    >
      <Loaded query={call}>
        {(found) => (
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            <Stack>
              <Panel title="Facts">
                <Facts
                  of={[
                    ["Called", formatTime(found.called_at)],
                    ["Caller", found.caller_number ?? "Unknown"],
                    ["Assistant", found.assistant_name ?? "–"],
                    ["Direction", formatCode(found.direction)],
                    [
                      "Outcome",
                      <Outcome key="outcome" outcome={found.outcome} status={found.status} />,
                    ],
                    ["Ended because", found.ended_reason ?? "–"],
                    ["Length", formatSeconds(found.duration_seconds)],
                    ["Allowed", formatSeconds(found.granted_seconds)],
                    ["Cost", formatCost(found.cost)],
                  ]}
                />
              </Panel>
              <Panel title="Evaluation">
                <Group mb="xs">
                  {found.is_success !== null && (
                    <Badge color={found.is_success ? "teal" : "red"}>
                      {found.is_success ? "Success" : "No success"}
                    </Badge>
                  )}
                  {found.success_evaluation !== null && (
                    <Text size="sm">Evaluated as {found.success_evaluation}</Text>
                  )}
                </Group>
                <Text size="sm">{found.summary ?? "Nobody summed this call up."}</Text>
                {found.structured_data != null && (
                  <Code block mt="sm">
                    {JSON.stringify(found.structured_data, null, 2)}
                  </Code>
                )}
              </Panel>
              {found.has_recording && <Recording id={id} />}
            </Stack>
            <Panel title="Transcript">
              {found.transcript === null ? (
                <Empty title="No transcript">Nobody spoke, or the report has not come yet.</Empty>
              ) : (
                <Transcript text={found.transcript} />
              )}
            </Panel>
          </SimpleGrid>
        )}
      </Loaded>
    </Page>
  );
}

/** Pairs of a name and what it is. */
function Facts({ of }: { of: readonly (readonly [string, ReactNode])[] }): ReactNode {
  return (
    <Stack gap={4}>
      {of.map(([name, value]) => (
        <Group key={name} justify="space-between" wrap="nowrap">
          <Text size="sm" c="dimmed">
            {name}
          </Text>
          <Text size="sm" component="div" ta="right">
            {value}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}

/** Lines such as "AI: …" and "User: …"; anything else is shown as it is. */
function Transcript({ text }: { text: string }): ReactNode {
  const lines = text.split("\n").map((line, place) => ({ line, place }));
  return (
    <Stack gap="xs">
      {lines.map(({ line, place }) => {
        const [, speaker, words] = /^(AI|User): ?(.*)$/.exec(line) ?? [];
        if (speaker === undefined)
          return (
            <Text key={place} size="sm">
              {line}
            </Text>
          );
        const isCaller = speaker === "User";
        return (
          <Paper
            key={place}
            withBorder
            px="sm"
            py={6}
            maw="85%"
            style={{ alignSelf: isCaller ? "flex-end" : "flex-start" }}
          >
            <Text size="xs" c="dimmed">
              {isCaller ? "Caller" : "Assistant"}
            </Text>
            <Text size="sm">{words}</Text>
          </Paper>
        );
      })}
    </Stack>
  );
}

/** The provider makes a link for each request, so the sound is asked for when somebody wants to hear it. */
function Recording({ id }: { id: string }): ReactNode {
  const [source, setSource] = useState<string>();
  const listen = useAction(() => answer(backend().api.analytics.recording(id)), {
    done: (file) => setSource(URL.createObjectURL(file)),
    isShownElsewhere: true,
  });
  useEffect(() => () => (source === undefined ? undefined : URL.revokeObjectURL(source)), [source]);
  return (
    <Panel title="Recording">
      {listen.isError && <Failure error={listen.error} />}
      {source === undefined ? (
        <Button
          variant="default"
          loading={listen.isPending}
          onClick={() => listen.mutate(undefined)}
        >
          Load the recording
        </Button>
      ) : (
        // biome-ignore lint/a11y/useMediaCaption: the transcript stands beside it
        <audio controls src={source} aria-label="Recording of the call" />
      )}
    </Panel>
  );
}
