import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { unlessAborted } from "./unless-aborted.ts";

const never = new Promise<never>(() => {});

describe("what is waited for until a signal", () => {
  it("is the work's result or error, and leaves nothing on the signal", async () => {
    const { signal } = new AbortController();
    expect(await unlessAborted(Promise.resolve(7), signal)).toBe(7);
    await expect(unlessAborted(Promise.reject(new Error("lost")), signal)).rejects.toThrow("lost");
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("is given up for the signal's reason, whether it comes meanwhile or came before", async () => {
    const controller = new AbortController();
    const waiting = unlessAborted(never, controller.signal);
    controller.abort("late");
    await expect(waiting).rejects.toBe("late");
    await expect(unlessAborted(never, controller.signal)).rejects.toBe("late");
  });
});
