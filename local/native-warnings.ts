/**
 * Keeps `process.emitWarning` as Node has it. The API library puts a version of its own there, to hide one warning, which
 * throws where a warning is an Error: a harmless warning would end the process. Imported before the library.
 */
const native = process.emitWarning;

const emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
  if (!String(warning).includes("SQLite is an experimental feature")) {
    Reflect.apply(native, process, [warning, ...rest]);
  }
};

Object.defineProperty(process, "emitWarning", {
  configurable: true,
  get: () => emitWarning,
  set: () => {},
});
