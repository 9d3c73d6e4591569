// Node-RED as it is measured: no editor, no telemetry, nothing installed by itself, only flows on loopback.
// With a database the flow keeps what it hears, by the usual driver and its pool, and only then counts it.
const { DATABASE_URL } = process.env;
const pool = DATABASE_URL ? new (require("pg").Pool)({ connectionString: DATABASE_URL }) : null;

module.exports = {
    uiHost: "127.0.0.1",
    uiPort: Number(process.env.PORT),
    httpAdminRoot: false,
    credentialSecret: false,
    telemetry: { enabled: false, updateNotification: false },
    externalModules: { autoInstall: false },
    functionExternalModules: false,
    functionGlobalContext: { cpuUsage: process.cpuUsage, pool },
    logging: { console: { level: "error" } },
};
