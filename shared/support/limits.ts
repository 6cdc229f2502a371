/** The largest file of a ticket, as the schema and the bucket have it. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;

/** The longest message, as the schema has it. */
export const MAX_BODY_CHARACTERS = 10_000;

/** How long a link to a file works, and how long a browser may keep the file: a link is to be followed at once, not to be kept. */
export const FILE_LINK_SECONDS = 300;
