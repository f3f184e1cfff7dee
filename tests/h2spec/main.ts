import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startGateway } from "../../benchmarks/proxies.ts"
import { proxyOptions } from "../../benchmarks/proxy-options.ts"
import { libraryDecisions } from "./library-decisions.ts"
import { readReport } from "./report.ts"

/**
 * Runs h2spec against a gateway, over TLS that it verifies. Needs Go, which fetches and builds h2spec by the go.mod
 * beside this. Fails for a case that turned red and is not in `library-decisions.ts`, and for one in there that turned
 * green.
 *
 *   npm run h2spec [-- SECTION…]        such as http2/6.9
 */
const sections = process.argv.slice(2)
/** The one host that Go's own resolver finds on every machine. */
const host = "localhost"
/** Least number of cases; with fewer it is not the suite that the list was made for. */
const ALL_CASES = 146

const directory = await mkdtemp(join(tmpdir(), "alien-h2spec-"))
const app = createServer((request, response) => {
  request.resume().once("end", () => response.end("An answer that is longer than a window of one byte.\n"))
})
try {
  const h2spec = build()
  app.listen(0, "127.0.0.1")
  await once(app, "listening")
  const address = app.address()
  const upstream = typeof address === "object" && address ? address.port : 0
  const options = await proxyOptions({ directory, host, upstream })
  const authority = join(directory, "authority.pem")
  await writeFile(authority, options.authority)
  const gateway = await startGateway(options)
  if (!gateway) throw new Error("the gateway did not start")
  try {
    const report = join(directory, "report.xml")
    const options = ["--tls", "--strict", "--host", host, "--port", String(gateway.port), "--junit-report", report]
    await run(h2spec, [...options, ...sections], authority)
    judge(await readFile(report, "utf8"))
  } finally {
    await gateway.stop()
  }
} finally {
  app.close()
  app.closeAllConnections()
  await rm(directory, { recursive: true, force: true, maxRetries: 5 })
}

function build(): string {
  const program = join(directory, "h2spec")
  const module = "github.com/summerwind/h2spec/cmd/h2spec"
  const { error, status, stderr } = spawnSync("go", ["build", "-mod=readonly", "-o", program, module], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  })
  if (error) throw new Error("Go is not installed: install Go 1.18 or newer, which builds h2spec", { cause: error })
  if (status !== 0) throw new Error(`h2spec cannot be built: ${stderr}`)
  return program
}

/** h2spec ends with 1 when a case is red, which some are. @param authority PEM file: Go trusts it instead of the system's. */
async function run(h2spec: string, options: string[], authority: string): Promise<void> {
  const child = spawn(h2spec, options, { env: { SSL_CERT_FILE: authority }, stdio: ["ignore", "pipe", "inherit"] })
  const output = (await child.stdout.setEncoding("utf8").toArray()).join("")
  if (child.exitCode === null) await once(child, "exit")
  console.log(output.slice(output.indexOf("Failures:")).trim())
}

function judge(xml: string): void {
  const cases = readReport(xml)
  const red = cases.filter(({ passed }) => !passed).map(({ name }) => name)
  const green = new Set(cases.filter(({ passed }) => passed).map(({ name }) => name))
  const worse = red.filter((name) => !(name in libraryDecisions))
  const better = Object.keys(libraryDecisions).filter((name) => green.has(name))
  console.log(`\n${cases.length} cases, ${green.size} green, ${red.length} red`)
  for (const name of worse) console.log(`RED: ${name}`)
  for (const name of better) console.log(`GREEN, remove it from library-decisions.ts: ${name}`)
  const incomplete = sections.length === 0 && cases.length !== ALL_CASES
  if (incomplete) console.log(`there should be ${ALL_CASES} cases`)
  if (worse.length > 0 || better.length > 0 || incomplete) process.exitCode = 1
}
