const TABLES = Object.freeze({ projects: "projects", tasks: "tasks" });
const TASK_COLUMNS = ["id", "title", "status", "due_on"];

module.exports = { TABLES, TASK_COLUMNS };
