export const classRoutes = [] as const;
