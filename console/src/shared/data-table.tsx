import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import { Scroll } from "./scroll.tsx";

export interface Column<Row> {
  readonly label: string;
  readonly isNumber?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

/** A table of rows; on a narrow screen it scrolls sideways. */
export function DataTable<Row>({
  columns,
  rows,
  rowKey,
  minWidth = 640,
}: {
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  minWidth?: number;
}): ReactNode {
  const align = ({ isNumber }: Column<Row>) => (isNumber ? "right" : "left");
  return (
    <Scroll minWidth={minWidth}>
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column.label} ta={align(column)}>
                {column.label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={rowKey(row)}>
              {columns.map((column) => (
                <Table.Td key={column.label} ta={align(column)}>
                  {column.cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scroll>
  );
}
