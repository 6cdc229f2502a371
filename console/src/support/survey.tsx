import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { Rating, Textarea } from "../shared/controls.ts";
import { Failure } from "../shared/failure.tsx";
import { formatTime } from "../shared/format.ts";
import { Panel } from "../shared/page.tsx";

/** What a customer says about a resolution, while it can be rated. */
export function Survey({ ticketId }: { ticketId: string }): ReactNode {
  const [rating, setRating] = useState(0);
  const [feedback, setFeedback] = useState("");
  const survey = useQuery({
    queryKey: ["survey", ticketId],
    queryFn: () => answer(backend().api.tickets.survey(ticketId)),
  });
  const rate = useAction(
    () =>
      answer(
        backend().api.tickets.rate({
          ticket_id: ticketId,
          rating,
          ...(feedback !== "" && { feedback }),
        }),
      ),
    {
      changes: [["survey", ticketId], ["thread", ticketId], ["tickets"]],
      done: () => say("Thank you."),
      isShownElsewhere: true,
    },
  );
  if (survey.data === undefined) return null;
  const { is_open, open_until, resolution_cycle, surveys } = survey.data;
  const given = surveys.find((one) => one.resolution_cycle === resolution_cycle);
  if (given !== undefined) {
    return (
      <Panel title="Your rating">
        <Rating value={given.rating ?? 0} readOnly />
        <Text size="sm">{given.feedback}</Text>
      </Panel>
    );
  }
  if (!is_open) return null;
  return (
    <Panel title="How was it solved?">
      <Stack>
        {rate.isError && <Failure error={rate.error} />}
        <Rating
          value={rating}
          onChange={setRating}
          size="lg"
          getSymbolLabel={(stars) => `${stars} of 5`}
        />
        <Textarea
          label="What went well, what did not"
          autosize
          minRows={2}
          value={feedback}
          onChange={(event) => setFeedback(event.currentTarget.value)}
        />
        <Group justify="space-between">
          <Text size="xs" c="dimmed">
            Until {formatTime(open_until)}
          </Text>
          <Button
            disabled={rating === 0}
            loading={rate.isPending}
            onClick={() => rate.mutate(undefined)}
          >
            Rate
          </Button>
        </Group>
      </Stack>
    </Panel>
  );
}
