import { type Release, Room } from "./room.ts";

/**
 * Deliveries about one subject that a worker hands to the database at once. They want the same rows, so that more of them
 * would be applied no sooner. Well above the `waiting_places` of the database: where the rows are locked for long, those
 * without a place are deferred one after another while a few wait.
 */
const PLACES = 8;

/** Keeps deliveries about one account or meeting from filling the queues of the API, in which all others would stand behind them. */
export class Lanes {
  readonly #lanes = new Map<string, { readonly room: Room; users: number }>();
  readonly #places: number;

  constructor(places = PLACES) {
    this.#places = places;
  }

  /**
   * A place in the lane of that subject.
   * @returns null when there was none in time
   */
  async take(subject: string, patienceMs: number): Promise<Release | null> {
    const lane = this.#lanes.get(subject) ?? { room: new Room(this.#places), users: 0 };
    this.#lanes.set(subject, lane);
    lane.users++;
    const leave = () => {
      lane.users--;
      if (lane.users === 0) this.#lanes.delete(subject);
    };
    const release = await lane.room.take(1, patienceMs);
    if (release === null) {
      leave();
      return null;
    }
    return () => {
      release();
      leave();
    };
  }
}
