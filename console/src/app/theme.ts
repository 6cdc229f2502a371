import { type CSSVariablesResolver, createTheme } from "@mantine/core";

export const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: { light: 7, dark: 5 },
  defaultRadius: "md",
  autoContrast: true,
  cursorType: "pointer",
});

/** The library's own dimmed text and placeholders have too little contrast with a white page. */
export const variables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": colors.gray[7],
    "--mantine-color-placeholder": colors.gray[7],
  },
  dark: { "--mantine-color-dimmed": colors.dark[1], "--mantine-color-placeholder": colors.dark[1] },
});
