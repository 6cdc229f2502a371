export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  public: {
    Tables: {
      [table: string]: {
        Row: Record<string, Json>;
        Insert: Record<string, Json | undefined>;
        Update: Record<string, Json | undefined>;
        Relationships: [];
      };
    };
    Views: {
      [view: string]: { Row: Record<string, Json>; Relationships: [] };
    };
    Functions: {
      [name: string]: { Args: Record<string, Json | undefined>; Returns: Json };
    };
    Enums: {
      [name: string]: string;
    };
    CompositeTypes: {
      [name: string]: never;
    };
  };
};
