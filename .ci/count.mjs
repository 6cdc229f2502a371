// Reads vitest's JSON report: `passed failed skipped` on stdout, a line for each test that did not pass on stderr.
import { readFileSync } from "node:fs";

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
for (const { name, message, assertionResults } of report.testResults) {
  const others = assertionResults.filter(({ status }) => status !== "passed");
  for (const { fullName, status } of others) console.error(`  ${status} ${name}: ${fullName}`);
  if (message && others.length === 0) console.error(`  ${name}: ${message.split("\n")[0]}`);
}
const { numPassedTests, numFailedTests, numPendingTests } = report;
console.log(numPassedTests, numFailedTests, numPendingTests);
