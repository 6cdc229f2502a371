// What charts look like; ColorSwatch is of their legends.
import "@mantine/core/styles/ColorSwatch.css";
import "@mantine/charts/styles.css";
