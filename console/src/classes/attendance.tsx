import { Badge, Button, Group, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Schemas } from "switchboard-client";
import { answer, rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { Select } from "../shared/controls.ts";
import { saveFile } from "../shared/download.ts";
import { formatCode, formatSeconds, formatShare, formatTime } from "../shared/format.ts";
import { Empty, Loaded, Panel } from "../shared/page.tsx";
import { Scroll } from "../shared/scroll.tsx";
import { MarkButton } from "./mark.tsx";
import { RosterForm } from "./roster.tsx";
import { Strip, StripTimes, spanOf } from "./strip.tsx";

type Report = Schemas["AttendanceReport"];

export const attendanceColors = {
  present: "teal.6",
  late: "yellow.6",
  left_early: "orange.5",
  partial: "orange.6",
  absent: "red.6",
  excused: "gray.6",
} as const;

/** A class's sessions that the caller may read. */
export function useSessions(id: string) {
  return useQuery({
    queryKey: ["sessions", id],
    queryFn: () =>
      rows(
        backend()
          .supabase.from("meeting_sessions")
          .select("id, profile_id, join_time, effective_leave_time, is_open")
          .eq("live_class_id", id)
          .order("join_time"),
      ),
    refetchInterval: 30_000,
  });
}

/** The attendance sheet of a class, for its host: a strip for each student, and strangers to assign. */
export function Attendance({ id }: { id: string }): ReactNode {
  const report = useQuery({
    queryKey: ["attendance", id],
    queryFn: () => answer(backend().api.classes.attendance(id)),
    refetchInterval: 30_000,
  });
  const sessions = useSessions(id);
  const csv = useAction(() => answer(backend().api.classes.attendanceCsv(id)), {
    done: (text) => saveFile("attendance.csv", text, "text/csv"),
  });
  const [isEnrolling, setEnrolling] = useState(false);
  return (
    <Panel
      title="Attendance"
      actions={
        <Group gap="xs">
          {report.data && (
            <Button size="xs" variant="default" onClick={() => setEnrolling(true)}>
              Roster
            </Button>
          )}
          <Button
            size="xs"
            variant="default"
            loading={csv.isPending}
            onClick={() => csv.mutate(undefined)}
          >
            CSV
          </Button>
        </Group>
      }
    >
      {isEnrolling && report.data && (
        <RosterForm
          classId={id}
          students={report.data.students}
          onClose={() => setEnrolling(false)}
        />
      )}
      <Loaded query={report}>
        {(found) => (
          <Stack>
            {found.students.length === 0 ? (
              <Empty title="Nobody is enrolled">The roster says whose attendance is counted.</Empty>
            ) : (
              <Sheet report={found} sessions={sessions.data ?? []} />
            )}
            <Strangers id={id} report={found} />
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}

function Sheet({
  report,
  sessions,
}: {
  report: Report;
  sessions: NonNullable<ReturnType<typeof useSessions>["data"]>;
}): ReactNode {
  const span = spanOf(report.class);
  return (
    <Scroll minWidth={680}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={160}>Student</Table.Th>
            <Table.Th>
              <StripTimes span={span} />
            </Table.Th>
            <Table.Th ta="right" w={150}>
              There
            </Table.Th>
            <Table.Th w={180}>Attendance</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {report.students.map((student) => {
            const color = student.status === null ? "gray" : attendanceColors[student.status];
            const name = student.full_name ?? "Somebody";
            return (
              <Table.Tr key={student.profile_id}>
                <Table.Td>{name}</Table.Td>
                <Table.Td>
                  <Strip
                    label={name}
                    span={span}
                    color={color}
                    sessions={sessions.filter(
                      ({ profile_id }) => profile_id === student.profile_id,
                    )}
                  />
                </Table.Td>
                <Table.Td ta="right">
                  {formatSeconds(student.attended_seconds)}, {formatShare(student.share)}
                </Table.Td>
                <Table.Td>
                  <Group gap="xs" wrap="nowrap" justify="space-between">
                    <Badge variant="dot" color={color}>
                      {formatCode(student.status)}
                    </Badge>
                    <MarkButton classId={report.class.id} student={student} />
                  </Group>
                  {student.is_marked && (
                    <Text size="xs" c="dimmed">
                      marked by hand
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Scroll>
  );
}

/** Participants whom nobody knows; the host says who they were. */
function Strangers({ id, report }: { id: string; report: Report }): ReactNode {
  const assign = useAction(
    ({ participant, student }: { participant: string; student: string }) =>
      answer(
        backend().api.classes.assignParticipant({
          participant_id: participant,
          profile_id: student,
        }),
      ),
    {
      changes: [
        ["attendance", id],
        ["sessions", id],
      ],
      done: () => say("Their time counts now."),
    },
  );
  return report.unmatched.map((stranger) => (
    <Group key={stranger.participant_id} justify="space-between">
      <Text size="sm">
        <strong>{stranger.user_name ?? "Somebody"}</strong>, {formatTime(stranger.join_time)} to{" "}
        {formatTime(stranger.leave_time)}, is not on the roster. Who was it?
      </Text>
      <Select
        aria-label={`Who ${stranger.user_name ?? "somebody"} was`}
        placeholder="A student"
        searchable
        value={null}
        data={report.students.map(({ profile_id, full_name }) => ({
          value: profile_id,
          label: full_name ?? profile_id,
        }))}
        onChange={(student) =>
          student !== null && assign.mutate({ participant: stranger.participant_id, student })
        }
      />
    </Group>
  ));
}
