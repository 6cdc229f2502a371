import type { Connection } from "./sockets.ts";

/** What is read of an answer. */
export interface ResponseHead {
  readonly status: number;
  readonly retryAfter: string | null;
}

/** A server that says more before its body is not listened to. */
const MAX_HEAD_BYTES = 16 * 1024;
const END = "\r\n\r\n";

function parse(head: string): ResponseHead | null {
  const status = /^HTTP\/1\.[01] ([1-5]\d\d)(?: |\r\n|$)/.exec(head)?.[1];
  if (status === undefined) return null;
  const retryAfter = /\r\nretry-after:[ \t]*([^\r\n]{1,60})/i.exec(head)?.[1];
  return { status: Number(status), retryAfter: retryAfter ?? null };
}

/**
 * Reads the head of an HTTP/1.1 answer and stops; interim ones (100, 103) are passed over. Null for what is no such
 * head, is longer than 16 KiB, or ends before it is whole.
 */
export async function readHead(connection: Connection): Promise<ResponseHead | null> {
  const buffer = new Uint8Array(2_048);
  const decoder = new TextDecoder("latin1");
  let text = "";
  let bytes = 0;
  while (bytes < MAX_HEAD_BYTES) {
    const read = await connection.read(buffer);
    if (read === null) return null;
    bytes += read;
    text += decoder.decode(buffer.subarray(0, read), { stream: true });
    for (let end = text.indexOf(END); end >= 0; end = text.indexOf(END)) {
      const head = parse(text.slice(0, end));
      if (head === null || head.status >= 200 || head.status === 101) return head;
      text = text.slice(end + END.length);
    }
  }
  return null;
}
