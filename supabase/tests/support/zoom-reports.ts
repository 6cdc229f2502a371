import { at, emailOf, type Story } from "./class-story.ts";
import type { ZoomReport } from "./play-story.ts";

/** Zoom's record of a story, a page for each session, with more exact times than the events have and other spellings of names. */
export const reportsOf = ({ meetingId, runs }: Story): ZoomReport[] =>
  runs.flatMap((run) =>
    run.sessions.map(({ key, who, joinedAt, leftAt }): ZoomReport => {
      const join = joinedAt ?? (leftAt ?? 0) - 10;
      return {
        kind: "zoom_report",
        instance: run.key,
        stays: [
          {
            handle: `h-${key}`,
            name: who === "guest" ? "iPhone (guest)" : `Person ${who} of the account`,
            email: emailOf(meetingId, who),
            joined_at: at(join - 0.25),
            left_at: at((leftAt ?? join + 45) + 0.25),
          },
        ],
      };
    }),
  );
