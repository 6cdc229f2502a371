import {
  Alert,
  Button,
  Center,
  Divider,
  Group,
  Image,
  Paper,
  SimpleGrid,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useState } from "react";
import { PasswordInput, TextInput } from "../shared/controls.ts";
import { backend } from "./backend.ts";
import { useSessionState } from "./session.tsx";

interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** What Auth refuses with, in words. */
const sentences: Readonly<Record<string, string>> = {
  invalid_credentials: "No account has this address and this password. Check both and try again.",
  email_not_confirmed: "This address is not confirmed yet: open the link in the mail that you got.",
  user_banned: "This account may not sign in. Ask support about it.",
  over_request_rate_limit: "Too many tries. Wait a minute, then try again.",
};

async function signIn(credentials: Credentials): Promise<void> {
  const { error } = await backend().supabase.auth.signInWithPassword(credentials);
  if (error === null) return;
  const unreachable = error.name === "AuthRetryableFetchError";
  throw new Error(
    unreachable
      ? "Switchboard cannot be reached. Check your connection, then try again."
      : (sentences[error.code ?? ""] ?? error.message),
  );
}

/** Where everybody begins: an address, a password, and the demo people where there are any. */
export default function SignIn(): ReactNode {
  const { hasEnded } = useSessionState();
  const { people = [], password: shared = "" } = backend().config;
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const attempt = useMutation({ mutationFn: signIn });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attempt.mutate({ email, password });
  };
  useEffect(() => {
    document.title = "Sign in · Switchboard";
  }, []);
  return (
    <Center mih="100vh" p="md" component="main">
      <Stack w="100%" maw={440} gap="lg">
        <Group justify="center" gap="sm">
          <Image src={`${import.meta.env.BASE_URL}favicon.svg`} w={36} h={36} alt="" />
          <Title order={1} size="h2">
            Switchboard
          </Title>
        </Group>
        <Paper withBorder shadow="sm" p="lg" component="form" onSubmit={submit}>
          <Stack>
            {hasEnded && !attempt.isError && (
              <Alert color="yellow" role="status">
                Your session has ended. Sign in again to go on where you were.
              </Alert>
            )}
            {attempt.isError && (
              <Alert color="red" role="alert">
                {attempt.error.message}
              </Alert>
            )}
            <TextInput
              label="Email"
              type="email"
              autoComplete="username"
              required
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <PasswordInput
              label="Password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            <Button type="submit" loading={attempt.isPending}>
              Sign in
            </Button>
          </Stack>
        </Paper>
        {people.length > 0 && (
          <>
            <Divider label="or as one of the demo people" />
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
              {people.map(({ email: address, is }) => (
                <Button
                  key={address}
                  variant="default"
                  h="auto"
                  py={6}
                  disabled={attempt.isPending}
                  onClick={() => attempt.mutate({ email: address, password: shared })}
                >
                  <Stack gap={0}>
                    <Text size="sm" tt="capitalize" fw={600}>
                      {address.split("@")[0]}
                    </Text>
                    <Text size="xs" c="dimmed" style={{ whiteSpace: "normal" }}>
                      {is}
                    </Text>
                  </Stack>
                </Button>
              ))}
            </SimpleGrid>
          </>
        )}
      </Stack>
    </Center>
  );
}
