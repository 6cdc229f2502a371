import type { MeetingProvider } from "../../shared/classes/meeting-event.ts";
import type { Person, Stage } from "./scene.ts";

/** The class that the scenes teach. */
export const STUDENTS = [
  ..."Ines Duarte,Jonas Weber,Keiko Mori,Luca Bianchi,Mina Farouk".split(","),
  ..."Nils Aalto,Noor Haddad,Oskar Lind,Petra Novak,Quinn Murphy".split(","),
];

/** Schedules an hour of Spanish with its roster, as its teacher; returns the class's id. */
export async function schedule(
  teacher: Person,
  students: Person[],
  meeting: { provider: MeetingProvider; meetingId: string; start: Date },
): Promise<string> {
  const { data, error } = await teacher.client
    .from("live_classes")
    .insert({
      title: "Spanish A1, group B",
      provider: meeting.provider,
      meeting_id: meeting.meetingId,
      scheduled_start: meeting.start.toISOString(),
      duration_minutes: 60,
    })
    .select("id")
    .single();
  if (error) throw error;
  const enrolment = await teacher.client.rpc("set_enrollments", {
    p_class_id: data.id,
    p_student_ids: students.map(({ id }) => id),
  });
  if (enrolment.error) throw enrolment.error;
  return data.id;
}

const clock = (time: string | null) => (time === null ? "—" : time.slice(11, 16));

/** What a person reads of the class under their own rights. */
export async function tellSessions(stage: Stage, reader: Person, classId: string): Promise<void> {
  const { data: lesson, error } = await reader.client
    .from("class_cards")
    .select("title, status, scheduled_start, actual_start_time, actual_end_time")
    .eq("id", classId)
    .single();
  if (error) throw error;
  const { data: sessions } = await reader.client
    .from("meeting_sessions")
    .select("user_name, user_email, match_confidence, join_time, effective_leave_time")
    .eq("live_class_id", classId)
    .order("join_time");
  stage.say(
    `${reader.name} sees “${lesson.title}”, ${lesson.status}, ` +
      `${clock(lesson.actual_start_time)} to ${clock(lesson.actual_end_time)} UTC, and ${sessions?.length ?? 0} sessions:`,
    sessions?.map((one) => ({
      name: one.user_name,
      address: one.user_email,
      "known by": one.match_confidence,
      joined: clock(one.join_time),
      left: clock(one.effective_leave_time),
    })),
  );
}

/** The attendance that the teacher is answered by class-attendance. */
export async function tellAttendance(
  stage: Stage,
  teacher: Person,
  classId: string,
): Promise<void> {
  const { data, error } = await teacher.client.functions.invoke<{
    students: {
      full_name: string | null;
      status: string | null;
      attended_seconds: number;
      share: number;
      first_join: string | null;
      last_leave: string | null;
    }[];
    unmatched: unknown[];
  }>(`class-attendance?class_id=${classId}`, { method: "GET" });
  if (error || !data) throw error ?? new Error("class-attendance answered nothing");
  stage.say(
    `The attendance, with ${data.unmatched.length} sessions of strangers:`,
    data.students.map((one) => ({
      student: one.full_name,
      status: one.status,
      minutes: Math.round(one.attended_seconds / 60),
      share: one.share,
      from: clock(one.first_join),
      to: clock(one.last_leave),
    })),
  );
}
