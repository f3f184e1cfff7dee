/** The gateway as a process: `main.ts <path to gateway/config.json>`. Events and errors are JSON lines on stderr. */
import { readFile } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import { GatewayConfig } from "@alienplatform/provider-local/gateway-table"
import { startGateway } from "./gateway.ts"
import { codeOf, messageOf, problem } from "./problem.ts"
import { issueByCommand } from "./table/issue-command.ts"

const report = (event: object): void => {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`)
}

async function readConfig(file: string | undefined): Promise<GatewayConfig & { directory: string }> {
  if (file === undefined)
    throw problem("gateway_config_invalid", {
      message: "no configuration given; run: main.ts <path to gateway/config.json>",
    })
  try {
    const config = GatewayConfig.parse(JSON.parse(await readFile(file, "utf8")))
    return { ...config, directory: dirname(resolve(file)) }
  } catch (error) {
    throw problem("gateway_config_invalid", {
      message: `${file} is no gateway configuration of format 1 (${codeOf(error) === "ENOENT" ? "it does not exist" : messageOf(error)}); start the manager again, which writes it`,
      cause: error,
    })
  }
}

try {
  const { directory, port, controlSocket, logDirectory, issueCommand } = await readConfig(process.argv[2])
  const onTable = (status: object) => report({ event: "table", ...status })
  const issueCertificate = issueCommand && issueByCommand(issueCommand)
  const gateway = await startGateway({ directory, port, controlSocket, logDirectory, issueCertificate, onTable })
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    await gateway.close()
    process.exit(0)
  }
  process.on("SIGTERM", stop).on("SIGINT", stop)
  report({ event: "listening", port: gateway.port, pid: process.pid })
} catch (error) {
  report({ code: codeOf(error), message: messageOf(error) })
  process.exitCode = 1
}
