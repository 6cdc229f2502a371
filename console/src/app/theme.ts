import { type CSSVariablesResolver, createTheme } from "@mantine/core";

export const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: { light: 7, dark: 8 },
  defaultRadius: "md",
  autoContrast: true,
  cursorType: "pointer",
  // A narrow column of a table would cut a badge's words off.
  components: { Badge: { defaultProps: { miw: "max-content" } } },
});

const hues = ["blue", "gray", "grape", "indigo", "orange", "red", "teal", "yellow"];

/** The library's own dimmed and coloured words have too little contrast with a white page. */
export const variables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": colors.gray[7],
    "--mantine-color-placeholder": colors.gray[7],
    ...Object.fromEntries(
      hues.flatMap((hue) =>
        [`--mantine-color-${hue}-text`, `--mantine-color-${hue}-light-color`].map((name) => [
          name,
          `color-mix(in srgb, ${colors[hue]?.[9]} 55%, black)`,
        ]),
      ),
    ),
  },
  dark: { "--mantine-color-dimmed": colors.dark[1], "--mantine-color-placeholder": colors.dark[1] },
});
