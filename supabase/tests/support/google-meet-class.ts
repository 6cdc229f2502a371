import { randomBytes, randomUUID } from "node:crypto";
import { GoogleMeetRun } from "../../../tools/simulate/google-meet.ts";
import { sql } from "./database.ts";
import { giveWorkspaceAddress, newSpace, teachGoogle } from "./google-meet.ts";
import { createUser, type TestUser } from "./users.ts";
import type {
  CloudArtifact,
  CloudParticipant,
  CloudSession,
  CloudUser,
} from "./vendors/google/world.ts";

/** Who somebody is at Google. */
export type Account =
  | { readonly kind: "user"; readonly id: string; readonly name: string }
  | { readonly kind: "guest" | "phone"; readonly name: string };

interface Stay {
  readonly account: Account;
  readonly participant: string;
  readonly session: string;
  readonly joinedAt: Date;
  readonly leftAt: Date | null;
}

/** A class on Google Meet with a conference that Google knows: who was there, and when exactly. */
export class GoogleMeetClass {
  readonly run: GoogleMeetRun;
  readonly #participants = new Map<string, string>();
  readonly #stays: Stay[] = [];
  readonly #artifacts: CloudArtifact[] = [];

  constructor(
    readonly teacher: TestUser,
    readonly address: string,
    readonly space: string,
    readonly code: string,
    startedAt: Date,
  ) {
    this.run = new GoogleMeetRun(space, startedAt);
  }

  /** Somebody's stay; returns the session's name. A re-join of an account is the same participant. */
  stay(account: Account, joinedAt: Date, leftAt: Date | null): string {
    const who = account.kind === "user" ? account.id : randomUUID();
    const participant = this.#participants.get(who) ?? this.run.participant();
    this.#participants.set(who, participant);
    const session = this.run.session(participant);
    this.#stays.push({ account, participant, session, joinedAt, leftAt });
    return session;
  }

  /** A recording or transcript, with its address once the file is there; returns its name. */
  file(kind: "recordings" | "transcripts", exportUri?: string): string {
    const name = `${this.run.record}/${kind}/${randomUUID()}`;
    this.#artifacts.push({ name, ...(exportUri === undefined ? {} : { exportUri }) });
    return name;
  }

  /** Tells Google everything so far. */
  async publish(endedAt?: Date): Promise<void> {
    const participants = new Map<string, CloudParticipant>();
    for (const stay of this.#stays) {
      const session: CloudSession = {
        name: stay.session,
        startTime: stay.joinedAt.toISOString(),
        ...(stay.leftAt ? { endTime: stay.leftAt.toISOString() } : {}),
      };
      const known = participants.get(stay.participant);
      participants.set(stay.participant, {
        name: stay.participant,
        ...identityOf(stay.account),
        sessions: [...(known?.sessions ?? []), session],
      });
    }
    await teachGoogle({
      spaces: [{ name: this.space, meetingCode: this.code, owner: this.address }],
      conferences: [
        {
          name: this.run.record,
          space: this.space,
          startTime: this.run.startedAt.toISOString(),
          ...(endedAt ? { endTime: endedAt.toISOString() } : {}),
          participants: [...participants.values()],
          artifacts: this.#artifacts,
        },
      ],
    });
  }
}

function identityOf(account: Account): Partial<CloudParticipant> {
  const displayName = account.name;
  if (account.kind === "user")
    return { signedinUser: { user: `users/${account.id}`, displayName } };
  return account.kind === "guest"
    ? { anonymousUser: { displayName } }
    : { phoneUser: { displayName } };
}

/** An account of Google; with an address it is one of the school's domain. */
export async function googleAccount(
  name: string,
  address?: string,
  aliases: string[] = [],
): Promise<Account> {
  const id = `1${BigInt(`0x${randomBytes(8).toString("hex")}`)}`;
  const user: CloudUser = { id, primaryEmail: address ?? "", aliases };
  if (address !== undefined) await teachGoogle({ users: [user] });
  return { kind: "user", id, name };
}

/** A meeting code that nothing else in this run uses. */
export const newCode = (): string => {
  const letters = (n: number) =>
    Array.from({ length: n }, () => String.fromCharCode(97 + Math.floor(Math.random() * 26))).join(
      "",
    );
  return `${letters(3)}-${letters(4)}-${letters(3)}`;
};

/** Records that Google has shown who owns a space, as it does after a class of the owner. */
const showSpace = (owner: TestUser, space: string) =>
  sql("insert into private.space_hosts (space, profile_id, is_owner) values ($1, $2, true)", [
    space,
    owner.id,
  ]);

/** A teacher with a Workspace address and a class of an hour from `start`, in a space that is known to be theirs. */
export async function newGoogleMeetClass(
  students: readonly TestUser[],
  options: {
    start: Date;
    startedAt?: Date;
    teacher?: TestUser;
    meetingId?: "space" | "code";
    isShown?: boolean;
  },
): Promise<GoogleMeetClass & { readonly id: string }> {
  const teacher = options.teacher ?? (await createUser("teacher", "Teacher"));
  const address = await giveWorkspaceAddress(teacher);
  const space = newSpace();
  const made = new GoogleMeetClass(
    teacher,
    address,
    space,
    newCode(),
    options.startedAt ?? options.start,
  );
  await made.publish();
  if (options.isShown ?? true) await showSpace(teacher, space);
  const { data, error } = await teacher.client
    .from("live_classes")
    .insert({
      title: "Algebra",
      provider: "google_meet",
      meeting_id: options.meetingId === "code" ? made.code : space,
      scheduled_start: options.start.toISOString(),
      duration_minutes: 60,
    })
    .select("id")
    .single();
  if (error) throw error;
  const set = await teacher.client.rpc("set_enrollments", {
    p_class_id: data.id,
    p_student_ids: students.map(({ id }) => id),
  });
  if (set.error) throw set.error;
  return Object.assign(made, { id: data.id });
}
