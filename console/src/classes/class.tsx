import { Badge, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { useProfile, useUserId } from "../app/session.tsx";
import { formatCode, formatTime, zone } from "../shared/format.ts";
import { ButtonLink } from "../shared/links.tsx";
import { Loaded, Page } from "../shared/page.tsx";
import { Attendance } from "./attendance.tsx";
import { classColors } from "./classes.tsx";
import { Join } from "./join.tsx";
import { OwnAttendance } from "./own-attendance.tsx";
import { PlanActions } from "./plan.tsx";
import { Recordings } from "./recordings.tsx";

const route = getRouteApi("/classes/$id");

/** One class: how to get in, who was there, what was recorded. */
export default function Class(): ReactNode {
  const { id } = route.useParams();
  const me = useUserId();
  const { data: profile } = useProfile();
  const card = useQuery({
    queryKey: ["class", id],
    queryFn: () => rows(backend().supabase.from("class_cards").select("*").eq("id", id).single()),
    refetchInterval: 30_000,
  });
  const isHost = card.data?.host_id === me || profile?.role === "admin";
  return (
    <Page
      title={card.data?.title ?? "Class"}
      actions={
        <>
          {isHost && <PlanActions id={id} />}
          <ButtonLink to="/classes" variant="default">
            All classes
          </ButtonLink>
        </>
      }
    >
      <Loaded query={card}>
        {(found) => (
          <>
            <Group gap="sm">
              <Badge variant="light" color={classColors[found.status]}>
                {formatCode(found.status)}
              </Badge>
              <Text size="sm">
                {formatTime(found.scheduled_start)} to {formatTime(found.scheduled_end)}, {zone}
              </Text>
            </Group>
            <Text size="sm">{found.description}</Text>
            {found.status !== "completed" && found.status !== "cancelled" && (
              <Join id={id} isHost={isHost} />
            )}
            {isHost && <Attendance id={id} />}
            {!isHost && profile !== undefined && <OwnAttendance id={id} card={found} />}
            <Recordings id={id} isHost={isHost} card={found} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
