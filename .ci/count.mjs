// Reads vitest's JSON report: `passed failed skipped` on stdout, on stderr each test that did not pass and why.
import { readFileSync } from "node:fs";

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
for (const { name, message, assertionResults } of report.testResults) {
  const others = assertionResults.filter(({ status }) => status !== "passed");
  for (const { fullName, status, failureMessages } of others) {
    console.error(`  ${status} ${name}: ${fullName}`);
    const lines = failureMessages.flatMap((text) => text.split("\n"));
    for (const line of lines.slice(0, 60)) console.error(`    ${line}`);
  }
  if (message && others.length === 0) console.error(`  ${name}: ${message.split("\n")[0]}`);
}
const { numPassedTests, numFailedTests, numPendingTests } = report;
console.log(numPassedTests, numFailedTests, numPendingTests);
