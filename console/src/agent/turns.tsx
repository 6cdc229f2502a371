import { Badge, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { answer, rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { useUserId } from "../app/session.tsx";
import { say, useAction } from "../shared/actions.ts";
import { Switch } from "../shared/controls.ts";

interface Agent {
  readonly id: string;
  readonly name: string;
  readonly turn: number;
  readonly isAway: boolean;
}

/** The agents in the order in which new tickets are given to them, whoever is away at the end. */
async function readTurns(): Promise<readonly Agent[]> {
  const { supabase } = backend();
  const [agents, turns] = await Promise.all([
    rows(
      supabase
        .from("profiles")
        .select("id, full_name, email")
        .eq("role", "agent")
        .eq("account_status", "active")
        .order("created_at")
        .order("id"),
    ),
    rows(supabase.from("desk_turns").select("profile_id, turn, is_away")),
  ]);
  return agents
    .map(({ id, full_name, email }): Agent => {
      const found = turns.find(({ profile_id }) => profile_id === id);
      const name = full_name ?? email ?? "Somebody";
      return { id, name, turn: found?.turn ?? 0, isAway: found?.is_away ?? false };
    })
    .sort(
      (one, other) =>
        Number(one.isAway) - Number(other.isAway) ||
        one.turn - other.turn ||
        (one.id < other.id ? -1 : 1),
    );
}

/** Whose turn it is, and the switch of an agent who is away. */
export function Turns(): ReactNode {
  const me = useUserId();
  const turns = useQuery({ queryKey: ["turns"], queryFn: readTurns, refetchInterval: 30_000 });
  const setAway = useAction((isAway: boolean) => answer(backend().api.tickets.setAway(isAway)), {
    changes: [["turns"]],
    done: ({ is_away }) =>
      say(is_away ? "You are given no tickets in turn." : "Your turn comes again."),
  });
  const agents = turns.data ?? [];
  const mine = agents.find(({ id }) => id === me);
  if (agents.length === 0) return null;
  return (
    <Group justify="space-between">
      <Group gap="xs" role="list" aria-label="Whose turn it is">
        <Text size="sm" c="dimmed">
          Where new tickets are given in turn:
        </Text>
        {agents.map(({ id, name, isAway }, place) => (
          <Badge
            key={id}
            role="listitem"
            variant={isAway ? "outline" : "light"}
            color={isAway ? "gray" : "indigo"}
            tt="none"
          >
            {name}
            {isAway ? ", away" : place === 0 ? ", next" : ""}
          </Badge>
        ))}
      </Group>
      {mine !== undefined && (
        <Switch
          label="I am away"
          checked={setAway.isPending ? setAway.variables : mine.isAway}
          onChange={({ currentTarget }) => setAway.mutate(currentTarget.checked)}
        />
      )}
    </Group>
  );
}
