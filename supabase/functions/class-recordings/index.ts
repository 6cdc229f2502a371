import { RecordingsQuery, readRecordings } from "../../../shared/classes/recordings.ts";
import { withUser } from "../../../shared/http/with-user.ts";

/** The recordings of a class with links of the moment; see docs/api/classes.md#class-recordings. */
export default {
  fetch: withUser({
    GET: async ({ query, db, service, request }) =>
      readRecordings({ db, service }, await query(RecordingsQuery), request.signal),
  }),
};
