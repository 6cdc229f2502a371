import { describe, expect, it } from "vitest";
import { EnvironmentError } from "../core/env.ts";
import { refusal } from "../core/errors.ts";
import type { LogFields } from "../core/log.ts";
import { runTask } from "./run-task.ts";
import { done, failedForGood, retry, type TaskOutcome } from "./task-handler.ts";

const open = new AbortController().signal;

/** Runs a handler and says how it ended and what it logged. */
async function run(handler: () => Promise<TaskOutcome>, signal = open) {
  const logged: Record<string, LogFields[string]> = {};
  const outcome = await runTask(handler, signal, (fields) => void Object.assign(logged, fields));
  return { outcome, logged };
}

describe("a run of a task", () => {
  it.each([done(), retry("busy"), retry("busy", 30), failedForGood("gone")])(
    "ends as its handler says: %j",
    async (said) => {
      expect((await run(async () => said)).outcome).toEqual(said);
    },
  );

  it("is tried again after an error, whose message is neither kept nor logged", async () => {
    const { outcome, logged } = await run(async () => {
      throw new TypeError("+49 30 1234");
    });
    expect(outcome).toEqual(retry("TypeError"));
    expect(logged.error).toBe("TypeError");
    expect(JSON.stringify(logged)).not.toContain("1234");
  });

  it("is tried again after a failure of the database, under its SQLSTATE", async () => {
    const { outcome } = await run(async () => {
      throw refusal("unavailable", undefined, { reason: "57014" });
    });
    expect(outcome).toEqual(retry("57014"));
  });

  it("is tried again when a variable is wrong, under the name of the variable", async () => {
    const { outcome } = await run(async () => {
      throw new EnvironmentError("SOME_KEY", { fault: "is no key" });
    });
    expect(outcome).toEqual(retry("SOME_KEY is no key."));
  });

  it("is tried again when what it throws is no error", async () => {
    const { outcome } = await run(() => Promise.reject("text"));
    expect(outcome).toEqual(retry("unknown_error"));
  });

  it("survives a handler that throws before it returns a promise", async () => {
    const { outcome } = await run(() => {
      throw new RangeError("early");
    });
    expect(outcome).toEqual(retry("RangeError"));
  });

  it("is left behind when its time is over, although the handler ignores that", async () => {
    const controller = new AbortController();
    const running = run(() => new Promise<never>(() => {}), controller.signal);
    controller.abort();
    expect((await running).outcome).toEqual(retry("timeout"));
  });

  it("counts as timed out when the handler stops because of the signal", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const stopping = () =>
      new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => reject(new Error("stopped")));
      });
    const running = run(stopping, signal);
    controller.abort();
    const { outcome, logged } = await running;
    expect(outcome).toEqual(retry("timeout"));
    expect(logged).toEqual({});
  });

  it("does not start when its time is over before", async () => {
    let isStarted = false;
    const { outcome } = await run(async () => {
      isStarted = true;
      return done();
    }, AbortSignal.abort());
    expect(outcome).toEqual(retry("timeout"));
    expect(isStarted).toBe(false);
  });
});
