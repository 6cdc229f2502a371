import { Badge, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { useUserId } from "../app/session.tsx";
import { formatCode, formatSeconds, formatShare } from "../shared/format.ts";
import { Loaded, Panel } from "../shared/page.tsx";
import { attendanceColors, useSessions } from "./attendance.tsx";
import { Strip, StripTimes, spanOf } from "./strip.tsx";

/** A student's own attendance. */
export function OwnAttendance({
  id,
  card,
}: {
  id: string;
  card: Parameters<typeof spanOf>[0];
}): ReactNode {
  const me = useUserId();
  const own = useQuery({
    queryKey: ["attendance", id, me],
    queryFn: () =>
      rows(
        backend()
          .supabase.from("class_attendance")
          .select("status, attended_seconds, share")
          .eq("live_class_id", id)
          .eq("profile_id", me),
      ),
  });
  const { data: sessions = [] } = useSessions(id);
  const span = spanOf(card);
  return (
    <Panel title="Your attendance">
      <Loaded query={own}>
        {([found]) =>
          found?.status == null ? (
            <Text size="sm" c="dimmed">
              It is counted from the class's begin.
            </Text>
          ) : (
            <>
              <StripTimes span={span} />
              <Strip
                label="You"
                span={span}
                color={attendanceColors[found.status]}
                sessions={sessions.filter(({ profile_id }) => profile_id === me)}
              />
              <Group mt="xs">
                <Badge variant="dot" color={attendanceColors[found.status]}>
                  {formatCode(found.status)}
                </Badge>
                <Text size="sm">
                  {formatSeconds(found.attended_seconds)}, {formatShare(found.share)}
                </Text>
              </Group>
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}
