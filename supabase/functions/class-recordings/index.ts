import { readRecordings } from "../../../shared/classes/recordings.ts";
import { withUser } from "../../../shared/http/with-user.ts";

/** The recordings of a class with links that work for minutes; see docs/api/classes.md#class-recordings. */
export default {
  fetch: withUser({
    GET: ({ query, db, request }) => readRecordings(db, query.uuid("class_id"), request.signal),
  }),
};
