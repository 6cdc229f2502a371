import { deliverZoom } from "../deliver-zoom.ts";
import { STUDENTS, schedule, tellAttendance, tellSessions } from "../lesson.ts";
import type { Person, Scene, Stage } from "../scene.ts";
import { participantUuid, type ZoomBody, ZoomRun } from "../zoom.ts";

/** A Zoom class of an hour that ended some minutes ago: ten come, one drops out and comes back, one event is told twice, one late. */
async function play(stage: Stage): Promise<void> {
  const teacher = await stage.person("Clara Nyström", "teacher");
  const students: Person[] = [];
  for (const name of STUDENTS) students.push(await stage.person(name));

  const scheduled = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 65 * 60_000);
  const at = (minute: number) => new Date(scheduled.getTime() + minute * 60_000);
  const run = new ZoomRun(`8${Date.now() % 10_000_000_000}`, at(-3));
  const classId = await schedule(teacher, students, {
    provider: "zoom",
    meetingId: run.meetingId,
    start: scheduled,
  });

  const enter = ({ name, email }: Person) => ({
    participant_uuid: participantUuid(),
    user_name: name,
    email,
  });
  const entries = students.map(enter);
  const [first, second] = entries;
  const [dropout] = students;
  if (!first || !second || !dropout) throw new Error("A class needs students.");
  const back = enter(dropout);

  const deliveries: [string, ZoomBody][] = [
    ["The meeting starts", run.started()],
    ["The teacher joins", run.opened(teacher)],
    ...entries.map((one, i): [string, ZoomBody] => [
      `${one.user_name} joins`,
      run.joined(one, at(i)),
    ]),
    [`${first.user_name} drops out`, run.left(first, at(20))],
    [`${first.user_name} is back`, run.joined(back, at(23))],
    ["The same delivery again", run.joined(back, at(23))],
    ["The meeting ends", run.ended(at(61))],
    [`${second.user_name} left at 40 minutes, told late`, run.left(second, at(40))],
  ];
  // A repeated delivery repeats its bytes.
  const again = deliveries.findIndex(([what]) => what === "The same delivery again");
  const repeated = deliveries[again - 1]?.[1];
  for (const [i, [what, event]] of deliveries.entries()) {
    const word = await deliverZoom(stage, i === again && repeated ? repeated : event);
    stage.say(`  ${word.padEnd(10)} ${what}`);
  }
  stage.say("");
  await tellSessions(stage, teacher, classId);
  await tellSessions(stage, dropout, classId);
  await tellAttendance(stage, teacher, classId);
}

export default { title: "A class on Zoom", play } satisfies Scene;
