import "../native-warnings.ts";

export { App, type IAppConfig } from "@supabase/lite";
export { createPostgresConnection, type PostgresConnection } from "@supabase/lite/postgres";
