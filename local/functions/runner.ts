// Runs inside Deno: serves one function on a free port, as the platform's worker does.
// Arguments: the entry point's file URL. Says `switchboard:ready <port>` on standard output when it listens.

/** The little of Deno's namespace that is used here; the rest of the project is checked without it. */
interface Runtime {
  args: string[];
  exit(code: number): never;
  serve(
    options: { port: number; hostname: string; onListen(address: { port: number }): void },
    handler: (request: Request) => Response | Promise<Response>,
  ): { shutdown(): Promise<void> };
  addSignalListener(signal: "SIGTERM", listener: () => void): void;
  stdin: { readable: ReadableStream<Uint8Array> };
}

declare const Deno: Runtime;

// Work that outlives its request: awaited before the worker ends, its failure logged and not fatal.
const background = new Set<Promise<unknown>>();
Object.assign(globalThis, {
  EdgeRuntime: {
    waitUntil: (work: Promise<unknown>) => {
      const guarded = Promise.resolve(work)
        .catch((error: unknown) => console.error("background work failed:", error))
        .finally(() => background.delete(guarded));
      background.add(guarded);
    },
  },
});

const entry = Deno.args[0];
if (entry === undefined) throw new Error("No entry point was given.");
const imported: { default?: { fetch?: (request: Request) => Response | Promise<Response> } } =
  await import(entry);
const handler = imported.default?.fetch;
if (handler === undefined) throw new Error("The function has no default export with fetch.");

const server = Deno.serve(
  {
    port: 0,
    hostname: "127.0.0.1",
    onListen: ({ port }) => console.log(`switchboard:ready ${port}`),
  },
  handler,
);

async function end(): Promise<void> {
  await server.shutdown();
  await Promise.allSettled(background);
  Deno.exit(0);
}

Deno.addSignalListener("SIGTERM", () => void end());

// The other end is held by the stack: when that is gone, however it went, this worker goes too.
const reader = Deno.stdin.readable.getReader();
while (!(await reader.read()).done);
Deno.exit(0);

export {};
