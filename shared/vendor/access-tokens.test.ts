import { afterEach, expect, it, vi } from "vitest";
import { accessTokens, type Grant } from "./access-tokens.ts";

afterEach(() => void vi.restoreAllMocks());

const patient = new AbortController().signal;
const grant = (access_token: string, expires_in = 3_600): Grant => ({ access_token, expires_in });

/** A token endpoint whose answers are given by hand, in the order of the requests. */
function endpoint() {
  const open: {
    signal: AbortSignal;
    answer: (grant: Grant) => void;
    fail: (error: Error) => void;
  }[] = [];
  let asked = 0;
  return {
    ask: (signal: AbortSignal) =>
      new Promise<Grant>((answer, fail) => {
        asked += 1;
        open.push({ signal, answer, fail });
      }),
    next() {
      const request = open.shift();
      if (request === undefined) throw new Error("nobody asked");
      return request;
    },
    asked: () => asked,
  };
}

it("all who ask at the same moment share one request, each key its own", async () => {
  const tokens = accessTokens();
  const { ask, next, asked } = endpoint();
  const waiting = ["a", "a", "b"].map((key) => tokens.get(key, patient, ask));
  expect(asked()).toBe(2);
  next().answer(grant("of a"));
  next().answer(grant("of b"));
  expect(await Promise.all(waiting)).toEqual(["of a", "of a", "of b"]);
  expect(await tokens.get("a", patient, ask)).toBe("of a");
});

it("a token is kept until a minute before its end, counted from its arrival", async () => {
  const tokens = accessTokens();
  const clock = vi.spyOn(Date, "now").mockReturnValue(0);
  const { ask, next } = endpoint();
  const first = tokens.get("a", patient, ask);
  clock.mockReturnValue(5_000);
  next().answer(grant("first", 3_600));
  await first;
  const second = async () => grant("second", 3_600);
  clock.mockReturnValue(5_000 + 3_539_999);
  expect(await tokens.get("a", patient, second)).toBe("first");
  clock.mockReturnValue(5_000 + 3_540_000);
  expect(await tokens.get("a", patient, second)).toBe("second");
});

it("a token that ends within a minute serves those who wait for it, and nobody after", async () => {
  const tokens = accessTokens();
  const { ask, next } = endpoint();
  const waiting = [tokens.get("a", patient, ask), tokens.get("a", patient, ask)];
  next().answer(grant("short", 30));
  expect(await Promise.all(waiting)).toEqual(["short", "short"]);
  expect(await tokens.get("a", patient, async () => grant("next"))).toBe("next");
});

it("a failure is told to whoever asked and not kept", async () => {
  const tokens = accessTokens();
  const failure = new Error("refused");
  await expect(tokens.get("a", patient, () => Promise.reject(failure))).rejects.toBe(failure);
  expect(await tokens.get("a", patient, async () => grant("granted"))).toBe("granted");
});

it("those who waited for a request of others that failed ask again, once for all of them", async () => {
  const tokens = accessTokens();
  const { ask, next, asked } = endpoint();
  const failure = new Error("refused");
  const refused = expect(tokens.get("a", patient, ask)).rejects.toBe(failure);
  const waiting = [tokens.get("a", patient, ask), tokens.get("a", patient, ask)];
  next().fail(failure);
  await refused;
  await expect.poll(asked).toBe(2);
  next().answer(grant("granted"));
  expect(await Promise.all(waiting)).toEqual(["granted", "granted"]);
});

it("a forgotten token is asked for again, also if its answer was on its way", async () => {
  const tokens = accessTokens();
  const { ask, next } = endpoint();
  const early = tokens.get("a", patient, ask);
  tokens.forget("a");
  const late = tokens.get("a", patient, ask);
  const [first, second] = [next(), next()];
  second.answer(grant("second"));
  first.answer(grant("first"));
  expect(await Promise.all([early, late])).toEqual(["first", "second"]);
  expect(await tokens.get("a", patient, ask)).toBe("second");
  tokens.forget("a");
  expect(await tokens.get("a", patient, async () => grant("third"))).toBe("third");
});

it("the failure of a forgotten request does not drop the token that came after it", async () => {
  const tokens = accessTokens();
  const { ask, next } = endpoint();
  const early = expect(tokens.get("a", patient, ask)).rejects.toThrow();
  tokens.forget("a");
  const late = tokens.get("a", patient, ask);
  next().fail(new Error("refused"));
  await early;
  next().answer(grant("second"));
  await late;
  expect(await tokens.get("a", patient, async () => grant("third"))).toBe("second");
});

it("beyond so many the oldest token leaves, by when it was asked for last", async () => {
  const tokens = accessTokens(2);
  const named = (name: string) => async () => grant(name);
  await tokens.get("a", patient, async () => grant("a1", 30));
  await tokens.get("b", patient, named("b1"));
  await tokens.get("a", patient, named("a2"));
  await tokens.get("c", patient, named("c1"));
  expect(await tokens.get("a", patient, named("a3"))).toBe("a2");
  expect(await tokens.get("c", patient, named("c2"))).toBe("c1");
  expect(await tokens.get("b", patient, named("b2"))).toBe("b2");
});

it("who asked first gives up at once, and the others get the token of his request", async () => {
  const tokens = accessTokens();
  const { ask, next, asked } = endpoint();
  const impatient = new AbortController();
  const reason = new Error("gave up");
  const first = expect(tokens.get("a", impatient.signal, ask)).rejects.toBe(reason);
  const second = tokens.get("a", patient, ask);
  impatient.abort(reason);
  await first;
  await expect(tokens.get("b", impatient.signal, ask)).rejects.toBe(reason);
  expect(asked()).toBe(1);
  const request = next();
  expect(request.signal.aborted).toBe(false);
  request.answer(grant("granted"));
  expect(await second).toBe("granted");
  expect(await tokens.get("a", patient, ask)).toBe("granted");
});

it("who gives up while waiting for others does not ask again, and leaves the request to them", async () => {
  const tokens = accessTokens();
  const { ask, next, asked } = endpoint();
  const impatient = new AbortController();
  const reason = new Error("gave up");
  const first = tokens.get("a", patient, ask);
  const second = expect(tokens.get("a", impatient.signal, ask)).rejects.toBe(reason);
  impatient.abort(reason);
  await second;
  next().answer(grant("granted"));
  expect(await first).toBe("granted");
  expect(asked()).toBe(1);
});
