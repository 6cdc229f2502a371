import type { Keys } from "../keys.ts";
import { mailEnvironment } from "../mail/local-provider.ts";

/** The environment that the platform gives every function, and the secrets that the stack generates. */
export function functionEnvironment(options: {
  keys: Keys;
  url: string;
  databaseUrl: string;
  keySet: { keys: Record<string, string>[] };
}): Record<string, string> {
  const { keys, url, databaseUrl, keySet } = options;
  return {
    SUPABASE_URL: url,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishable_key }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secret_key }),
    SUPABASE_JWKS: JSON.stringify(keySet),
    SUPABASE_DB_URL: databaseUrl,
    ZOOM_WEBHOOK_SECRETS: keys.secrets.zoom,
    VAPI_WEBHOOK_SECRETS: keys.secrets.vapi,
    SWITCHBOARD_PUBLIC_URL: url,
    SWITCHBOARD_LOOPBACK_WEBHOOKS: "allowed",
    ...mailEnvironment(keys, url),
  };
}
