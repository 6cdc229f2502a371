import "../native-warnings.ts";

export {
  App,
  type IAppConfig,
  ResendEmailDriver,
  type ResendEmailDriverOptions,
} from "@supabase/lite";
export { createPostgresConnection, type PostgresConnection } from "@supabase/lite/postgres";
