/** Guards that no pgTAP file misses, each with the reason or the test elsewhere that does, by kind and name. */
export const explained: Readonly<Record<string, string>> = {};
