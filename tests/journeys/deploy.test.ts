import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Endpoint } from "../harness/endpoint.ts"
import { getOverHttp2 } from "../harness/http2.ts"
import { type Journey, startJourney } from "../harness/journey.ts"
import { keepAsking } from "../harness/requests.ts"
import { versionedHandler, writeStack } from "../harness/stack.ts"
import { isRunning } from "../harness/stop-local.ts"
import { getVerified } from "../harness/verified-https.ts"

let journey: Journey
let folder: string
let one: Endpoint
let two: Endpoint

beforeAll(async () => {
  journey = await startJourney()
  folder = await writeStack(journey, versionedHandler(1))
  for (const name of ["one", "two"]) await deploy(name)
  one = await journey.endpoint("one", "shop")
  two = await journey.endpoint("two", "shop")
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

async function deploy(name: string): Promise<void> {
  const { exit, stderr } = await journey.sandbox.alien(["deploy", name, "--yes"], { cwd: folder })
  expect(stderr).toContain(`✔ deploy ${name}`)
  expect(exit).toBe(0)
}

test("the URL answers over HTTP/1.1 and HTTP/2 with a certificate that verifies, so a client needs the CA alone", async () => {
  expect(await getVerified(one, "/")).toMatchObject({ status: 200, tls: "TLSv1.3" })
  expect(await getOverHttp2(one)).toMatchObject({ status: 200 })
})

test("the same stack twice has two URLs, and each knows its own from the SDK as `info` and `url` show it", async () => {
  expect(one.url).not.toBe(two.url)
  for (const [name, endpoint] of Object.entries({ one, two })) {
    const body = JSON.parse((await getVerified(endpoint, "/")).body)
    expect(body).toMatchObject({ url: endpoint.url, seen: `${endpoint.url}/` })
    expect((await journey.sandbox.alien(["url", name, "shop.web"])).stdout).toBe(`${endpoint.url}\n`)
  }
})

test("a new release is switched in under constant requests and none fails; destroyed, it leaves nothing", async () => {
  await deploy("moving")
  const moving = await journey.endpoint("moving", "shop")
  const requests = await keepAsking(moving)
  await requests.seen((body) => JSON.parse(body).version === 1)
  await writeStack(journey, versionedHandler(2))
  const switched = requests.seen((body) => JSON.parse(body).version === 2)
  await deploy("moving")
  await switched
  await requests.stop()
  expect(requests.failed).toEqual(new Set())
  expect(JSON.parse(requests.bodies.at(-1) ?? "")).toMatchObject({ version: 2, url: moving.url })

  const { deploymentId } = JSON.parse((await journey.sandbox.alien(["info", "moving", "--json"])).stdout).commands
  const processes = await journey.processes(deploymentId)
  expect(processes).toHaveLength(1)
  const { exit } = await journey.sandbox.alien(["destroy", "moving", "--yes"])
  expect(exit).toBe(0)
  expect(await journey.processes(deploymentId)).toEqual([])
  expect(processes.filter(({ pid }) => pid !== null && isRunning(pid))).toEqual([])
  expect(await gatewayFilesNaming("shop.moving.localhost")).toEqual([])
  expect(await gatewayFilesNaming("shop.two.localhost")).not.toEqual([])
  const nowhere = await getVerified(moving, "/")
  expect({ status: nowhere.status, ...JSON.parse(nowhere.body) }).toMatchObject({ status: 404, code: "route_unknown" })
  expect(await getVerified(two, "/")).toMatchObject({ status: 200 })
}, 60_000)

/** Files of the gateway, routes and certificates, that name a host in their path or their text. */
async function gatewayFilesNaming(host: string): Promise<string[]> {
  const directory = join(journey.sandbox.dataDirectory, "gateway")
  const files = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = files.filter((file) => file.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  const naming = await Promise.all(
    paths.map(async (path) => path.includes(host) || (await readFile(path, "utf8")).includes(host)),
  )
  return paths.filter((_, index) => naming[index])
}
