/** One assertion of a pgTAP file, or a complaint of the harness itself. */
export interface TapFailure {
  line: string;
  diagnostics: string[];
}

export interface TapReport {
  passed: number;
  failures: TapFailure[];
}

/** Reads the lines that a pgTAP file returned. A wrong plan counts as a failure, as `pg_prove` has it. */
export function readTap(lines: string[]): TapReport {
  const report: TapReport = { passed: 0, failures: [] };
  let failure: TapFailure | undefined;
  for (const line of lines) {
    if (/^ok \d+/.test(line)) {
      report.passed += 1;
      failure = undefined;
    } else if (/^not ok \d+/.test(line) || /^# Looks like you planned/.test(line)) {
      failure = { line, diagnostics: [] };
      report.failures.push(failure);
    } else if (line.startsWith("#") && failure) {
      failure.diagnostics.push(line);
    }
  }
  return report;
}
