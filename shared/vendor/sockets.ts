/** A connection as Deno has it. */
export interface Connection {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
}

/** What a pinned request needs of the platform. */
export interface Sockets {
  resolveDns(name: string, kind: "A" | "AAAA"): Promise<string[]>;
  connect(to: { hostname: string; port: number }): Promise<Connection>;
  startTls(connection: Connection, to: { hostname: string }): Promise<Connection>;
}

/** The platform's own; the rest of the project is checked without Deno's types. */
export function platformSockets(): Sockets {
  const { Deno: sockets } = globalThis as { Deno?: Sockets };
  if (sockets === undefined) throw new Error("There is no Deno here.");
  return sockets;
}
