import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { devFile } from "../manager/dev-file.ts"
import { aDeployment } from "../testing/fake-manager.ts"
import { alien, shopManager } from "../testing/shop.ts"
import { writeUserConfig } from "../user-config.ts"
import { userPaths } from "../user-paths.ts"

/** Every command that changes a deployment whose name may be left out. */
const CHANGES = [
  ["rollback", "--no-wait"],
  ["redeploy", "--no-wait"],
  ["retry", "--no-wait"],
  ["settings", "set", "updates=auto"],
  ["env", "set", "KEY=value"],
  ["env", "unset", "KEY"],
]

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "alien-nameless-"))
})
afterEach(() => rm(folder, { recursive: true }))

const managerOf = (name: string) => {
  const deployment = aDeployment({ name, environmentVariables: [{ name: "KEY", value: "old", type: "plain" }] })
  return shopManager({
    "GET /v1/deployments": { json: { items: [deployment] } },
    "GET /v1/deployments/dep_shop": { json: deployment },
    "POST /v1/deployments/dep_shop/redeploy": { json: deployment },
    "POST /v1/deployments/dep_shop/retry": { json: deployment },
    "PATCH /v1/deployments/dep_shop": { json: deployment },
  })
}
const writes = ({ seen }: { seen: readonly { line: string }[] }) => seen.filter(({ line }) => !line.startsWith("GET "))

async function devRuns(url: string) {
  const file = devFile(folder)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, JSON.stringify({ url, token: "dev-token", pid: process.pid, deployment: "dev" }), {
    mode: 0o600,
  })
}
const loggedIn = (manager: string) =>
  writeUserConfig(userPaths({ env: {}, home: folder }).config, { manager, token: "login-token" })
const run = (argv: readonly string[], env: Record<string, string> = {}) =>
  alien({ url: "" }, argv, { env, cwd: folder, home: folder })

describe.each(CHANGES)("alien %s %s without a name", (...argv) => {
  test("changes the deployment of the `alien dev` that runs here, not that of the manager one is logged in to", async () => {
    await using dev = await managerOf("dev")
    await using production = await managerOf("production")
    await devRuns(dev.url)
    await loggedIn(production.url)
    const { exit, err } = await run(argv)
    expect([exit, writes(dev).length, production.seen]).toEqual([0, 1, []])
    expect(err).toContain(`not ${production.url}`)
    expect(err).toContain(`dev is meant, the only deployment at ${dev.url}.`)
    expect(dev.seen.every(({ authorization }) => authorization === "Bearer dev-token")).toBe(true)
  })

  test("changes nothing while the environment names another manager than the `alien dev` that runs here", async () => {
    await using dev = await managerOf("dev")
    await using production = await managerOf("production")
    await devRuns(dev.url)
    const env = { ALIEN_MANAGER_URL: production.url, ALIEN_TOKEN: "t" }
    const { exit, err } = await run(argv, env)
    expect([exit, writes(production), dev.seen]).toEqual([2, [], []])
    expect(err).toContain("deployment_ambiguous")
    expect((await run([...argv, "--manager", production.url], env)).exit).toBe(0)
  })

  test("changes nothing of somebody else's before `alien dev` has made its own", async () => {
    await using dev = await managerOf("shop")
    await devRuns(dev.url)
    const { exit, err } = await run(argv)
    expect([exit, writes(dev)]).toEqual([2, []])
    expect(err).toContain("deployment_ambiguous")
  })
})
