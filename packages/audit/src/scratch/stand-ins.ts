/** Names of extensions that hosted projects can have and that reach outside of the database: never made here. */
export const notForStrangers: readonly string[] = ["dblink", "postgres_fdw"];

/** Types of extensions that no npm Postgres brings, by extension. */
const stubbedTypes: Readonly<Record<string, readonly string[]>> = {
  vector: ["vector", "halfvec", "sparsevec"],
  postgis: ["geometry", "geography"],
};

const values: Readonly<Record<string, string>> = {
  boolean: "true",
  "double precision": "0::double precision",
  integer: "0",
  text: "''",
  bigint: "0::bigint",
  jsonb: "'{}'::jsonb",
};

/** `name(arguments) returns type`, with a body that gives some value of the type: columns may take no null. */
function giving(type: string, ...signatures: string[]): string[] {
  const value = values[type.replace("setof ", "")] ?? `''::${type}`;
  return signatures.map(
    (signature) =>
      `function HOME.${signature} returns ${type} language sql immutable as $$select ${value}$$`,
  );
}

/** Each name with each list of arguments. */
const each = (names: string, ...lists: string[]): string[] =>
  names.split(" ").flatMap((name) => lists.map((list) => `${name}(${list})`));

const number = "double precision";
const geometry = "HOME.geometry";
const geography = "HOME.geography";
const two = (type: string) => `${type}, ${type}`;

const postgis = [
  ...giving(
    geometry,
    ...each("st_makepoint st_point", `${number}, ${number}`),
    ...each("st_point st_makepoint", `${number}, ${number}, integer`),
    ...each("st_setsrid st_transform st_force2d st_simplify", `${geometry}, integer`),
    ...each("st_simplify st_buffer st_snaptogrid", `${geometry}, ${number}`),
    ...each("st_geomfromtext st_geometryfromtext st_pointfromtext", "text", "text, integer"),
    ...each("st_geomfromewkt st_geomfromgeojson", "text"),
    ...each("st_geomfromgeojson", "json", "jsonb"),
    ...each("st_makeenvelope", `${number}, ${number}, ${number}, ${number}`),
    ...each("st_makeenvelope", `${number}, ${number}, ${number}, ${number}, integer`),
    ...each("st_centroid st_envelope st_multi st_makevalid st_startpoint st_endpoint", geometry),
    ...each("st_makepolygon st_convexhull st_boundary st_pointonsurface", geometry),
    ...each("st_union st_intersection st_difference st_collect st_makeline", two(geometry)),
  ),
  ...giving(
    geography,
    ...each("st_geogfromtext st_geographyfromtext", "text"),
    ...each("st_buffer", `${geography}, ${number}`),
    ...each("st_centroid", geography),
  ),
  ...giving(
    number,
    ...each("st_x st_y st_z st_xmin st_xmax st_ymin st_ymax", geometry),
    ...each("st_distance st_distancesphere st_azimuth", two(geometry)),
    ...each("st_distance", two(geography), `${two(geography)}, boolean`),
    ...each("st_area st_length st_perimeter", geometry, geography),
  ),
  ...giving(
    "boolean",
    ...each("st_dwithin", `${two(geometry)}, ${number}`, `${two(geography)}, ${number}`),
    ...each("st_contains st_within st_overlaps st_touches st_crosses", two(geometry)),
    ...each("st_equals st_disjoint st_intersects st_covers st_coveredby", two(geometry)),
    ...each("st_intersects st_covers st_coveredby", two(geography)),
    ...each("st_isvalid st_isempty", geometry),
  ),
  ...giving(
    "text",
    ...each("st_astext st_asgeojson st_asewkt", geometry, geography),
    ...each("st_asgeojson", `${geometry}, integer`, `${geography}, integer`),
    ...each("st_geometrytype", geometry),
  ),
  ...giving("integer", ...each("st_srid st_npoints", geometry)),
  ...["st_collect", "st_union", "st_makeline"].map(
    (name) => `aggregate HOME.${name}(${geometry}) (sfunc = HOME.${name}, stype = ${geometry})`,
  ),
  ...operators([geometry, geography], { "<->": "st_distance" }),
  ...operators([geometry], { "&&": "st_intersects" }),
];

const vectors = stubbedTypes.vector?.map((type) => `HOME.${type}`) ?? [];
const vector = [
  ...vectors.flatMap((type) => [
    ...giving(
      number,
      ...each("l2_distance cosine_distance inner_product l1_distance", two(type)),
      ...each("negative_inner_product l2_norm", type),
    ),
    ...giving("integer", `vector_dims(${type})`),
    ...giving(type, `l2_normalize(${type})`),
  ]),
  ...operators(vectors, {
    "<->": "l2_distance",
    "<=>": "cosine_distance",
    "<#>": "inner_product",
    "<+>": "l1_distance",
  }),
];

function operators(types: readonly string[], names: Readonly<Record<string, string>>): string[] {
  return types.flatMap((type) =>
    Object.entries(names).map(
      ([name, by]) =>
        `operator HOME.${name} (leftarg = ${type}, rightarg = ${type}, function = HOME.${by})`,
    ),
  );
}

const queue = (prefix: string) =>
  `execute format('create table if not exists pgmq.%I (msg_id bigint generated always as identity primary key, read_ct integer not null default 0, enqueued_at timestamptz not null default now(), vt timestamptz not null default now(), message jsonb)', '${prefix}' || queue_name);`;
/** The queues' tables, and the schema by which the API offers them. */
const pgmq = [
  ...each("create create_unlogged create_non_partitioned", "queue_name text").map(
    (signature) =>
      `function HOME.${signature} returns void language plpgsql as $$begin ${queue("q_")} ${queue("a_")} end$$`,
  ),
  ...giving("boolean", "drop_queue(queue_name text)", "archive(queue_name text, msg_id bigint)"),
  ...giving("boolean", "delete(queue_name text, msg_id bigint)"),
  ...giving("bigint", "purge_queue(queue_name text)"),
  ...giving("setof bigint", "send(queue_name text, msg jsonb, delay integer default 0)"),
  ...giving("setof jsonb", "read(queue_name text, vt integer, qty integer)"),
  ...giving("setof jsonb", "pop(queue_name text)"),
  "schema if not exists pgmq_public",
  ...[
    "send(queue_name text, message jsonb, sleep_seconds integer default 0) returns setof bigint",
    "send_batch(queue_name text, messages jsonb[], sleep_seconds integer default 0) returns setof bigint",
    "read(queue_name text, sleep_seconds integer, n integer) returns setof jsonb",
    "pop(queue_name text) returns setof jsonb",
    "archive(queue_name text, message_id bigint) returns boolean",
    "delete(queue_name text, message_id bigint) returns boolean",
  ].map((signature) => `function pgmq_public.${signature} language plpgsql as $$begin end$$`),
];

const jsonschema = giving(
  "boolean",
  "json_matches_schema(schema json, instance json)",
  "jsonb_matches_schema(schema json, instance jsonb)",
);

const objects: Readonly<Record<string, readonly string[]>> = {
  pg_jsonschema: jsonschema,
  pgmq,
  postgis,
  vector,
};

/** The statements that make what stands in for an extension: its types hold text, its functions give any value. */
export function standIns(name: string, home: string): string[] {
  const quoted = `"${home.replaceAll('"', '""')}"`;
  const literal = `'${home.replaceAll("'", "''")}'`;
  const types = Object.hasOwn(stubbedTypes, name) ? (stubbedTypes[name] ?? []) : [];
  const made = Object.hasOwn(objects, name) ? (objects[name] ?? []) : [];
  return [
    ...(made.length === 0 ? [] : [`create schema if not exists ${quoted}`]),
    ...types.map((type) => `select audit_emulation.make_text_type(${literal}, '${type}')`),
    ...(name === "postgis" ? [`select audit_emulation.make_geography_cast(${literal})`] : []),
    ...made.map((each) => {
      const create = each.startsWith("function ") ? "create or replace" : "create";
      return `${create} ${each.replaceAll("HOME", quoted)}`;
    }),
  ];
}
