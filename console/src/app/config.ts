/** What `config.json` says, which lies beside index.html: the project that the console talks to. */
export interface Config {
  /** The address of the Supabase project. */
  readonly url: string;
  readonly publishable_key: string;
  /** People whom a demo offers to sign in as. An own project names none. */
  readonly people?: readonly { readonly email: string; readonly is: string }[];
  /** Their password, which is no secret. */
  readonly password?: string;
}

function isConfig(value: unknown): value is Config {
  return (
    typeof value === "object" &&
    value !== null &&
    "url" in value &&
    typeof value.url === "string" &&
    "publishable_key" in value &&
    typeof value.publishable_key === "string"
  );
}

export async function readConfig(): Promise<Config> {
  const address = `${import.meta.env.BASE_URL}config.json`;
  // index.html has asked for it already; with other options the browser would ask again.
  const response = await fetch(address);
  const found: unknown = response.ok ? await response.json() : null;
  if (!isConfig(found)) {
    throw new Error(
      `${address} should name the url and the publishable_key of the project; it does not.`,
    );
  }
  return found;
}
