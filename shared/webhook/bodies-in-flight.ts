import { type Release, Room } from "./room.ts";

/** What a body takes in memory is about ten times its size: bytes, text, values, the request to the database. */
const BYTES_IN_FLIGHT = 6 * 1024 * 1024;
/** Questions and nearly all events are smaller: they never wait. */
const SMALL_BYTES = 64 * 1024;
/** Together with the rest still an answer within 2 s, nearly always. */
const PATIENCE_MS = 1_000;

/** Bounds how many bytes of large bodies one worker holds at once, because the platform ends one that holds 256 MiB. */
export class BodiesInFlight {
  readonly #room: Room;

  constructor(bytes = BYTES_IN_FLIGHT) {
    this.#room = new Room(bytes);
  }

  /**
   * Room for a body of that size, before it is read.
   * @returns null when there was none in time
   */
  async take(bytes: number, patienceMs = PATIENCE_MS): Promise<Release | null> {
    if (bytes <= SMALL_BYTES) return () => {};
    return await this.#room.take(bytes, patienceMs);
  }
}
