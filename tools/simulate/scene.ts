import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "../../supabase/database.types.ts";

export type Client = SupabaseClient<Database>;
type Role = Database["public"]["Enums"]["user_role"];

/** Somebody who plays in a scene, with a client that carries their token. */
export interface Person {
  readonly id: string;
  /** Whether they are of the seed, so that the console offers to sign in as them. */
  readonly isSeeded: boolean;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly client: Client;
}

/** What a scene has: the stack as its users have it, and the vendors' secrets to sign deliveries with. */
export interface Stage {
  readonly url: string;
  readonly secrets: { readonly zoom: string; readonly vapi: string };
  /** A client with the secret key. */
  readonly service: Client;
  /** Who has played so far. */
  readonly people: readonly Person[];
  /**
   * Signs somebody in who is of the seed by this name, and signs anybody else up, as a role. Everybody has the password
   * of the demo people.
   */
  person(name: string, role?: Role): Promise<Person>;
  /** Prints a line, or a table of rows. */
  say(line: string, rows?: readonly object[]): void;
}

/** A believable piece of a day; the files in `scenes/` export one each as their default, and run by name. */
export interface Scene {
  readonly title: string;
  play(stage: Stage): Promise<void>;
}
