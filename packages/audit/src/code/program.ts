import { dirname, resolve } from "node:path";
import ts from "typescript";
import { ModuleFinder } from "./module-finder.ts";
import type { SourceFile } from "./source-files.ts";

/** The code as the compiler sees it. Nothing of it is executed, and no file outside of the folder is read. */
export interface Code {
  program: ts.Program;
  checker: ts.TypeChecker;
  sources: { file: ts.SourceFile; name: string }[];
}

// The few global types that are needed to follow constants; the real library is 20 times as large and does not help.
const library = `
interface Array<T> { [n: number]: T; length: number; }
interface ReadonlyArray<T> { readonly [n: number]: T; readonly length: number; }
interface Promise<T> { then: unknown; }
interface Boolean {} interface CallableFunction {} interface Function {} interface IArguments {}
interface NewableFunction {} interface Number {} interface Object {} interface RegExp {} interface String {}
type Partial<T> = { [P in keyof T]?: T[P] };
type Required<T> = { [P in keyof T]-?: T[P] };
type Readonly<T> = { readonly [P in keyof T]: T[P] };
type Pick<T, K extends keyof T> = { [P in K]: T[P] };
type Record<K extends keyof any, T> = { [P in K]: T };
type Exclude<T, U> = T extends U ? never : T;
type Extract<T, U> = T extends U ? T : never;
type NonNullable<T> = T & {};
`;
const libraryPath = "/__audit__/lib.d.ts";

const options: ts.CompilerOptions = {
  allowJs: true,
  checkJs: false,
  jsx: ts.JsxEmit.Preserve,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  target: ts.ScriptTarget.ESNext,
  allowImportingTsExtensions: true,
  noLib: false,
  noEmit: true,
  skipLibCheck: true,
  strict: true,
  types: [],
};

/** Parses and binds the sources; types are only worked out where they are asked for. */
export function compile(root: string, files: readonly SourceFile[]): Code {
  const texts = new Map(files.map((file) => [file.virtualPath, file.text]));
  const finder = new ModuleFinder(resolve(root), texts);
  const host: ts.CompilerHost = {
    fileExists: (path) => texts.has(path) || path === libraryPath,
    readFile: (path) => texts.get(path),
    getSourceFile: (path) => {
      const text = path === libraryPath ? library : texts.get(path);
      return text === undefined
        ? undefined
        : ts.createSourceFile(
            path,
            text,
            {
              languageVersion: ts.ScriptTarget.ESNext,
              jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
            },
            true,
          );
    },
    getDefaultLibFileName: () => libraryPath,
    getDefaultLibLocation: () => dirname(libraryPath),
    getCurrentDirectory: () => root,
    getCanonicalFileName: (path) => path,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    writeFile: () => {},
    directoryExists: () => true,
    getDirectories: () => [],
    resolveModuleNameLiterals: (literals, containing) =>
      literals.map((literal) => {
        const path = finder.find(literal.text, containing);
        if (path === null) return { resolvedModule: undefined };
        const extension = path.slice(path.lastIndexOf("."));
        return {
          resolvedModule: { resolvedFileName: path, extension, isExternalLibraryImport: false },
        };
      }),
  };
  const program = ts.createProgram({ rootNames: [...texts.keys()], options, host });
  const names = new Map(files.map((file) => [file.virtualPath, file.name]));
  const sources = program.getSourceFiles().flatMap((file) => {
    const name = names.get(file.fileName);
    return name === undefined ? [] : [{ file, name }];
  });
  return { program, checker: program.getTypeChecker(), sources };
}
