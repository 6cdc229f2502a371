import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { projectRoot } from "../../local/project.ts";

const read = (path: string): unknown => JSON.parse(readFileSync(join(projectRoot, path), "utf8"));
const Dependencies = z.record(z.string(), z.string());
const manifest = z
  .object({
    engines: z.object({ node: z.string() }),
    dependencies: Dependencies,
    devDependencies: Dependencies,
  })
  .parse(read("package.json"));
const { imports } = z
  .object({ imports: z.record(z.string(), z.string()) })
  .parse(read("deno.json"));
const auditManifest = z
  .object({ version: z.string(), dependencies: Dependencies })
  .parse(read("packages/audit/package.json"));
const consoleManifest = z
  .object({ dependencies: Dependencies, devDependencies: Dependencies })
  .parse(read("console/package.json"));
const own = { ...manifest.dependencies, ...manifest.devDependencies };
const ofConsole = { ...consoleManifest.dependencies, ...consoleManifest.devDependencies };
const pinned = Object.entries({ ...auditManifest.dependencies, ...ofConsole, ...own });

const installed = (name: string) =>
  z
    .object({ version: z.string(), engines: z.object({ node: z.string().optional() }).optional() })
    .parse(read(`node_modules/${name}/package.json`));

/** Whether a range of `engines.node` admits a Node of this major and minor version; the forms in use and no others. */
function admits(range: string, [major, minor]: readonly [number, number]): boolean {
  return range.split("||").some((alternative) => {
    const parts = /^\s*(\^|>=)\s*(\d+)(?:\.(\d+))?(?:\.\d+)?(?: <(\d+)\.0\.0)?\s*$/.exec(
      alternative,
    );
    if (parts === null) throw new Error(`a range of another form: ${range}`);
    const [, operator, wantedMajor, wantedMinor = "0", end = "Infinity"] = parts;
    if (major >= Number(end)) return false;
    if (major === Number(wantedMajor)) return minor >= Number(wantedMinor);
    return operator === ">=" && major > Number(wantedMajor);
  });
}

describe("dependencies", () => {
  test("are pinned exactly", () => {
    expect(pinned.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  test("of the functions have the same version in package.json and in deno.json", () => {
    const inDeno = Object.values(imports).flatMap((target) => {
      const parts = /^npm:((?:@[^/]+\/)?[^@/]+)@([^/]+)/.exec(target);
      return parts?.[1] && parts[2] ? [[parts[1], parts[2]]] : [];
    });
    expect(Object.fromEntries(inDeno)).toEqual(manifest.dependencies);
  });

  test("of the audit have the version that the project has, where it has them", () => {
    const shared = Object.keys(auditManifest.dependencies).filter((name) => name in own);
    expect(shared.length).toBeGreaterThan(0);
    expect(shared.filter((name) => auditManifest.dependencies[name] !== own[name])).toEqual([]);
  });

  test("and nothing else is imported, but the standard library", () => {
    const others = Object.values(imports).filter((target) => !target.startsWith("npm:"));
    expect(others.filter((target) => !/^jsr:@std\/[a-z-]+@\d+\.\d+\.\d+\//.test(target))).toEqual(
      [],
    );
    expect(others.length).toBeLessThanOrEqual(5);
  });

  test.each(pinned)("%s %s is what is installed", (name, version) => {
    expect(installed(name).version).toBe(version);
  });

  // Deno runs the functions' own, whatever they say of Node; that Node 20 runs them too, the tests that use them show.
  const onNode = pinned.filter(([name]) => !(name in manifest.dependencies));
  test.each(onNode)("%s %s says that it runs on Node 20", (name) => {
    expect(admits(installed(name).engines?.node ?? ">=0", [20, 19])).toBe(true);
  });

  test.each([
    [">=22.12.0 || >=20.19.0 <21.0.0", true],
    [">=18.0.0 <20.0.0", false],
    [">=20.19", true],
    ["^20.0.0 || >=24.0.0", true],
    [">= 18", true],
    [">=20.20", false],
    ["^22.0.0 || >=24.0.0", false],
    ["^18.0.0", false],
  ])("%s admits Node 20.19: %s", (range, isAdmitted) => {
    expect(admits(range, [20, 19])).toBe(isAdmitted);
  });

  test("the project says so of itself", () => {
    expect(manifest.engines.node).toBe(">=20.19");
  });
});
