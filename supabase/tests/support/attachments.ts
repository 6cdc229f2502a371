import { expect } from "vitest";
import { good } from "../fixtures/files/samples.ts";
import { sql, sqlOne } from "./database.ts";
import { callFunction, callJson } from "./functions.ts";
import { createUser, serviceClient, type TestUser } from "./users.ts";
import { maintain } from "./work.ts";

const BUCKET = "ticket-attachments";

/** A file as a test sends it. */
export interface TestFile {
  name: string;
  type: string;
  bytes: Uint8Array;
}

/** What the first step answers. */
export interface Announced {
  attachment_id: string;
  upload: { path: string; token: string; url: string; expires_at: string };
}

/** The good file of a type. */
export function sample(type: string): TestFile {
  const file = good[type];
  if (!file) throw new Error(`no sample of ${type}`);
  return { ...file, type };
}

/** Opens a ticket as its customer. */
export async function openTicket(owner: TestUser): Promise<string> {
  const { data, error } = await owner.client
    .from("support_tickets")
    .insert({ subject: "It does not work", description: "See the picture." })
    .select("id")
    .single();
  if (error) throw error;
  return data.id;
}

/** A ticket of an owner, and other people: another customer, an agent, a teacher. */
export async function openTicketAmongPeople() {
  const [owner, other, agent, teacher] = await Promise.all([
    createUser(),
    createUser(),
    createUser("agent"),
    createUser("teacher"),
  ]);
  return { owner, other, agent, teacher, ticket: await openTicket(owner) };
}

/** What a refusal says to programs. */
export async function refused(response: Response): Promise<{ status: number; code: unknown }> {
  return { status: response.status, code: (await response.json()).code };
}

/** Closes a ticket as its customer. */
export async function closeTicket(owner: TestUser, ticketId: string): Promise<void> {
  const { error } = await owner.client
    .from("support_tickets")
    .update({ status: "closed" })
    .eq("id", ticketId);
  if (error) throw error;
}

/** The first step's request. */
export function announce(user: TestUser, ticketId: string, file: TestFile, size?: number) {
  return callJson(
    "attachment-upload",
    {
      ticket_id: ticketId,
      file_name: file.name,
      content_type: file.type,
      size_bytes: size ?? file.bytes.byteLength,
    },
    { user },
  );
}

async function json<Body>(response: Response, status: number): Promise<Body> {
  const body = await response.json();
  if (response.status !== status) throw new Error(`${response.status} ${JSON.stringify(body)}`);
  return body;
}

/** The first step, which succeeds. */
export async function announced(user: TestUser, ticketId: string, file: TestFile, size?: number) {
  return json<Announced>(await announce(user, ticketId, file, size), 201);
}

/** Uploads with storage-js. */
export function upload(
  user: TestUser,
  { upload: { path, token } }: Announced,
  body: Blob | Uint8Array,
  contentType?: string,
) {
  const bytes = body instanceof Blob ? body : new Uint8Array(body);
  return user.client.storage
    .from(BUCKET)
    .uploadToSignedUrl(path, token, bytes, contentType === undefined ? {} : { contentType });
}

/** The second step's request. */
export function complete(user: TestUser, attachmentId: string): Promise<Response> {
  return callFunction(`attachment-upload/${attachmentId}/complete`, { method: "POST", user });
}

/** Announced and uploaded, not completed. */
export async function uploaded(user: TestUser, ticketId: string, file: TestFile) {
  const answer = await announced(user, ticketId, file);
  const { error } = await upload(user, answer, new Blob([new Uint8Array(file.bytes)]));
  if (error) throw error;
  return answer;
}

/** Both steps and the upload between them; the answer of the second. */
export async function attach(user: TestUser, ticketId: string, file: TestFile) {
  const answer = await uploaded(user, ticketId, file);
  await json(await complete(user, answer.attachment_id), 200);
  return answer;
}

export function readLink(user: TestUser, attachmentId: string): Promise<Response> {
  return callFunction(`attachment-upload/${attachmentId}`, { user });
}

export function remove(user: TestUser, attachmentId: string): Promise<Response> {
  return callFunction(`attachment-upload/${attachmentId}`, { method: "DELETE", user });
}

/** A ready file of a ticket, without the steps to it; with its object, or the next sweep of any test would retire it. */
export async function makeReady(ticketId: string, ownerId: string, messageId?: string) {
  const { id } = await sqlOne<{ id: string }>(
    `with file as (
       insert into public.ticket_attachments (id, ticket_id, user_id, uploaded_by, message_id, file_name, content_type, size_bytes, path, state, sha256)
       select id, $1::uuid, $2, $2, $3, 'a.png', 'image/png', 9, $1 || '/' || id || '/a.png', 'ready', repeat('0', 64)
       from gen_random_uuid() id
       returning id, path
     ), object as (
       insert into storage.objects (bucket_id, name) select $4, path from file
     )
     select id from file`,
    [ticketId, ownerId, messageId ?? null, BUCKET],
  );
  return id;
}

/** The link to a file that the user may read. */
export async function link(user: TestUser, attachmentId: string): Promise<string> {
  return (await json<{ url: string }>(await readLink(user, attachmentId), 200)).url;
}

/** Where a file is served from, of the path that its upload went to. */
export function servedFrom(uploadPath: string): string {
  return uploadPath.replace(/^inbox\//, "");
}

const bothPaths = (path: string) => [servedFrom(path), `inbox/${servedFrom(path)}`];

/** Which objects Storage has for a file: the inspected one, the upload, both or none. */
export async function objectsOf(path: string): Promise<string[]> {
  const bucket = serviceClient().storage.from(BUCKET);
  const found = await Promise.all(
    bothPaths(path).map(async (one) => ((await bucket.info(one)).data === null ? [] : [one])),
  );
  return found.flat();
}

/** Whether Storage has anything of a file. */
export async function hasObject(path: string): Promise<boolean> {
  return (await objectsOf(path)).length > 0;
}

/** Writes an object past everything, as only the secret key can. */
export async function overwrite(path: string, body: Uint8Array, contentType?: string) {
  const { error } = await serviceClient()
    .storage.from(BUCKET)
    .upload(path, new Uint8Array(body), {
      upsert: true,
      ...(contentType === undefined ? {} : { contentType }),
    });
  if (error) throw error;
}

/** A row's state, or null when there is none. */
export async function stateOf(attachmentId: string): Promise<string | null> {
  const [row] = await sql<{ state: string }>(
    "select state::text from public.ticket_attachments where id = $1",
    [attachmentId],
  );
  return row?.state ?? null;
}

/** Makes a row look as old as that. */
export async function age(attachmentId: string, interval: string): Promise<void> {
  await sql(
    "update public.ticket_attachments set state_changed_at = now() - $2::interval where id = $1",
    [attachmentId, interval],
  );
}

/** What the counter of an account says. */
export async function usedBytes(user: TestUser): Promise<number> {
  const { used } = await sqlOne<{ used: string }>(
    "select used_attachment_bytes as used from public.user_limits where user_id = $1",
    [user.id],
  );
  return Number(used);
}

/**
 * Runs the sweep and the queue once, as the scheduler does. The worker of another test file may be removing these
 * paths, so this waits for it.
 */
export async function sweep(...paths: string[]): Promise<void> {
  await sql("select private.sweep_attachments(now())");
  await maintain();
  const open = () =>
    sql(
      `select resource_id, last_error from public.tasks where kind = 'remove_ticket_file'
         and resource_id = any ($1) and done_at is null and cancelled_at is null`,
      [paths.flatMap(bothPaths)],
    );
  await expect.poll(open, { timeout: 30_000 }).toEqual([]);
}
