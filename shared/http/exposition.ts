/** A figure for a monitor: gauges of one name differ in their labels. */
export interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const PREFIX = "switchboard_";

const escapedHelp = (text: string) => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
const escapedValue = (text: string) => escapedHelp(text).replaceAll('"', '\\"');

function labelled(labels: Gauge["labels"]): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapedValue(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/**
 * Gauges in Prometheus' text format, each family together with its HELP and TYPE.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function exposition(gauges: readonly Gauge[]): string {
  const families = new Map<string, Gauge[]>();
  for (const gauge of gauges) {
    families.set(gauge.name, [...(families.get(gauge.name) ?? []), gauge]);
  }
  return [...families]
    .flatMap(([family, [first, ...others]]) => {
      if (first === undefined) return [];
      const name = PREFIX + family;
      const samples = [first, ...others].map(
        ({ labels, value }) => `${name}${labelled(labels)} ${value}`,
      );
      return [`# HELP ${name} ${escapedHelp(first.help)}`, `# TYPE ${name} gauge`, ...samples];
    })
    .map((line) => `${line}\n`)
    .join("");
}
