import { Alert, Button, Code, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Refusal } from "../app/answers.ts";

/** What a person can do about it, where the sentence of the refusal does not say so. */
const advice: Readonly<Record<string, string>> = {
  network: "Check your connection, then try again. What you were doing is not lost on the server.",
  unavailable: "The service is busy or being restarted. Try again in a moment.",
  internal: "Try again. If it stays, tell support the id below.",
  rate_limited: "Wait a little, then try again.",
  not_found: "It was deleted, or you are not among those who may see it.",
};

/** Codes whose own sentence is a machine's. */
const withoutSentence: readonly (string | null)[] = ["network", "not_found"];

const titles: Readonly<Record<string, string>> = {
  network: "Switchboard cannot be reached",
  not_found: "This is not here",
  forbidden: "This is not yours to see",
};

/** Says in words why something failed, with the code and the id that support can look up. */
export function Failure({
  error,
  onRetry,
}: {
  error: unknown;
  onRetry?: (() => void) | undefined;
}): ReactNode {
  const { code, requestId } = error instanceof Refusal ? error : { code: null, requestId: null };
  const sentence = error instanceof Error ? error.message : String(error);
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      title={titles[code ?? ""] ?? "This did not work"}
      my="md"
    >
      <Stack gap="xs" align="flex-start">
        {!withoutSentence.includes(code) && <Text size="sm">{sentence}</Text>}
        {code !== null && advice[code] !== undefined && <Text size="sm">{advice[code]}</Text>}
        {code !== null && (
          <Group gap="xs">
            <Code>{code}</Code>
            {requestId !== null && <Code>request {requestId}</Code>}
          </Group>
        )}
        {onRetry !== undefined && (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
