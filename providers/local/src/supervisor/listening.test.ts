import { spawn } from "node:child_process"
import { once } from "node:events"
import { expect, test } from "vitest"
import { listeningAddresses } from "./listening.ts"

/** The child listens on one address, its own child on another. */
const PROGRAM = `
const { createServer } = require("node:net")
let listening = 0
const servers = [[0, "127.0.0.1"], [0, "0.0.0.0"]].map(([port, host]) => {
  const server = createServer()
  server.listen(port, host, () => {
    if (++listening === servers.length) console.log(JSON.stringify(servers.map((one) => one.address())))
  })
  return server
})
`
const PARENT = `require("node:child_process").spawn(process.execPath, ["--eval", ${JSON.stringify(PROGRAM)}], { stdio: "inherit" })`
const ENDING_PARENT = `${PARENT}.once("spawn", () => process.exit())`

test.runIf(process.platform === "linux").each([
  ["stays", PARENT],
  ["has ended", ENDING_PARENT],
])(
  "it lists what a group's processes listen on, and nothing of others, where the first of them %s",
  async (_what, parent) => {
    const child = spawn(process.execPath, ["--eval", parent], { detached: true, stdio: ["ignore", "pipe", "inherit"] })
    try {
      const [line] = await once(child.stdout, "data")
      const addresses: { address: string; port: number }[] = JSON.parse(String(line))
      const expected = addresses.map(({ address, port }) => `${address}:${port}`).sort()
      expect(listeningAddresses(child.pid ?? 0)).toEqual(expected)
    } finally {
      process.kill(-(child.pid ?? 0), "SIGKILL")
    }
  },
)

test.runIf(process.platform === "linux")("it finds nothing of a group that is gone", () => {
  expect(listeningAddresses(2 ** 22 + 1)).toEqual([])
})
