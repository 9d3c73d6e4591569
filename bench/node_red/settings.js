// Node-RED as it is measured: no editor, no telemetry, nothing installed by itself, only flows on loopback.
module.exports = {
    uiHost: "127.0.0.1",
    uiPort: Number(process.env.PORT),
    httpAdminRoot: false,
    credentialSecret: false,
    telemetry: { enabled: false, updateNotification: false },
    externalModules: { autoInstall: false },
    functionExternalModules: false,
    functionGlobalContext: { cpuUsage: process.cpuUsage },
    logging: { console: { level: "error" } },
};
