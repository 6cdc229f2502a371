import { deliverZoom } from "../deliver-zoom.ts";
import { schedule } from "../lesson.ts";
import type { Person, Scene, Stage } from "../scene.ts";
import { type ZoomBody, type ZoomFile, ZoomRun } from "../zoom.ts";

async function statusOf({ client }: Person, classId: string): Promise<string> {
  const { data, error } = await client
    .from("live_classes")
    .select("recording_status")
    .eq("id", classId)
    .single();
  if (error) throw error;
  return data.recording_status;
}

/** The rows of files that a person reads under their own rights. */
async function tellFiles(stage: Stage, reader: Person, classId: string): Promise<void> {
  const { data, error } = await reader.client
    .from("class_recordings")
    .select("file_type, recording_type, state, size_bytes")
    .eq("live_class_id", classId)
    .order("size_bytes", { ascending: false });
  if (error) throw error;
  stage.say(
    `\n${reader.name} sees ${data.length} files:`,
    data.map((file) => ({
      type: file.file_type,
      shows: file.recording_type,
      state: file.state,
      bytes: file.size_bytes,
    })),
  );
}

/** What class-recordings answers: links when Zoom answers this stack, else the refusal that says so. */
async function tellLinks(stage: Stage, reader: Person, classId: string): Promise<void> {
  const session = await reader.client.auth.getSession();
  const response = await fetch(`${stage.url}/functions/v1/class-recordings?class_id=${classId}`, {
    headers: { authorization: `Bearer ${session.data.session?.access_token}` },
  });
  const answer: { code?: string; recordings?: { url: string | null }[] } = await response.json();
  const links = answer.recordings?.filter(({ url }) => url !== null).length;
  stage.say(
    response.ok
      ? `class-recordings gives ${reader.name} ${links} links of the moment.`
      : `class-recordings tells ${reader.name} ${response.status} ${answer.code}: no Zoom answers this stack.`,
  );
}

/** A class on Zoom that is recorded with a pause, and whose files come with two deliveries, of which one file is thrown away. */
async function play(stage: Stage): Promise<void> {
  const teacher = await stage.person("Clara Nyström", "teacher");
  const student = await stage.person("Ines Duarte");
  const scheduled = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 90 * 60_000);
  const at = (minute: number) => new Date(scheduled.getTime() + minute * 60_000);
  const run = new ZoomRun(`8${Date.now() % 10_000_000_000}`, at(-1));
  const meeting = { provider: "zoom", meetingId: run.meetingId, start: scheduled } as const;
  const classId = await schedule(teacher, [student], meeting);

  const span = { from: at(2), to: at(58) };
  const key = (n: number) => `${run.uuid}-file-${n}`;
  const chat: ZoomFile = {
    id: key(3),
    file_type: "CHAT",
    recording_type: "chat_file",
    file_size: 2_048,
  };
  const files: ZoomFile[] = [
    {
      id: key(1),
      file_type: "MP4",
      recording_type: "shared_screen_with_speaker_view",
      file_size: 412_000_000,
    },
    { id: key(2), file_type: "M4A", recording_type: "audio_only", file_size: 38_000_000 },
    chat,
  ];
  const paused = run.recording("paused", at(2), at(20));
  const deliveries: [string, ZoomBody][] = [
    ["The meeting starts", run.started()],
    ["The teacher joins, and the meeting is known to be hers", run.opened(teacher)],
    ["The teacher records", run.recording("started", at(2), at(2))],
    ["A pause", paused],
    ["It goes on", run.recording("resumed", at(2), at(25))],
    ["It stops", run.recording("stopped", at(2), at(58))],
    ["The pause is told again", paused],
    ["The meeting ends", run.ended(at(60))],
    ["Its files are there", run.recorded(files, span, at(75))],
    ["The same files with other tokens", run.recorded(files, span, at(76))],
    ["The chat is thrown away", run.recorded([chat], span, at(80), "trashed")],
  ];
  const told: object[] = [];
  for (const [what, event] of deliveries) {
    const answer = await deliverZoom(stage, event);
    told.push({ told: what, answer, recording: await statusOf(teacher, classId) });
  }
  stage.say("What Zoom tells, and the recording status of the class after it:", told);
  await tellFiles(stage, teacher, classId);
  await tellFiles(stage, student, classId);
  await tellLinks(stage, student, classId);
}

export default { title: "The recording of a class on Zoom", play } satisfies Scene;
