import type { LogEntry } from "@alienplatform/api/client"
import { expect, test } from "vitest"
import { aDeployment, anInfo } from "../testing/fake-manager.ts"
import { alien, lastOf, shopManager } from "../testing/shop.ts"

const entry = (line: string, changes: Partial<LogEntry> = {}): LogEntry => ({
  time: "2029-12-31T23:59:00.000Z",
  resource: "api",
  replica: 1,
  incarnation: 1,
  stream: "stdout",
  line,
  ...changes,
})

const page = (cursor: string, ...lines: LogEntry[]) => ({ lines, headers: { "x-next-cursor": cursor } })
const LOGS = "GET /v1/deployments/dep_shop/logs"

test("lines stand under each other, and it marks replicas, stderr and requests", async () => {
  await using manager = await shopManager({
    [LOGS]: page(
      "c1",
      entry("listening"),
      entry("oops", { replica: 2, stream: "stderr" }),
      entry("GET / 200 2ms", { stream: "access" }),
    ),
  })
  const { exit, out } = await alien(manager, ["logs", "shop", "--access"])
  expect(exit).toBe(0)
  expect(out.split("\n")).toEqual([
    "2029-12-31T23:59:00.000Z api │ listening",
    "2029-12-31T23:59:00.000Z api/2 │ oops",
    "2029-12-31T23:59:00.000Z api   → GET / 200 2ms",
    "",
  ])
  expect(manager.lines().at(-1)).toContain("access=true&limit=200")
})

test("with --json it is an entry per line, and the last document has the cursor", async () => {
  await using manager = await shopManager({ [LOGS]: page("c1", entry("a")) })
  const { out } = await alien(manager, ["logs", "--json"])
  expect(JSON.parse(out.split("\n")[0] ?? "")).toEqual(entry("a"))
  expect(lastOf(out)).toEqual({ result: { cursor: "c1" } })
})

test("--since takes an age, and it leaves out what is older", async () => {
  await using manager = await shopManager({
    [LOGS]: page("c1", entry("old", { time: "2029-12-31T23:00:00Z" }), entry("new")),
  })
  const { out } = await alien(manager, ["logs", "shop", "--since", "10m"])
  expect(out).not.toContain("old")
  expect(out).toContain("new")
})

test("one argument that is no deployment is a resource of the only one, so it asks for that", async () => {
  await using manager = await shopManager({ [LOGS]: page("c1") })
  expect((await alien(manager, ["logs", "api"])).exit).toBe(0)
  expect(manager.lines().at(-1)).toContain("resource=api")
})

test("a resource that there is not is exit code 4, and it says which was meant", async () => {
  await using manager = await shopManager()
  const { exit, err } = await alien(manager, ["logs", "shop", "apl"])
  expect(exit).toBe(4)
  expect(err).toContain('shop has no resource apl; did you mean "api"?')
})

test("--follow goes on after the cursor through a restart of the manager, and Ctrl-C is its ordinary end", async () => {
  const pressed = new AbortController()
  const answers = [
    page("c1", entry("one")),
    page("c2", entry("two")),
    { status: 503, json: { code: "manager_closing", message: "closing", retryable: true, internal: false } },
    { status: 400, json: { code: "cursor_invalid", message: "unknown", retryable: false, internal: false } },
    page("d1", entry("two"), entry("three", { time: "2029-12-31T23:59:01.000Z" })),
  ]
  let asked = 0
  await using manager = await shopManager({ [LOGS]: () => answers[asked++] ?? page("d2") })
  const { exit, out, err } = await alien(manager, ["logs", "shop", "--follow"], {
    interrupts: { signal: pressed.signal },
    sleep: async () => {
      if (asked >= answers.length) pressed.abort()
    },
  })
  expect(exit).toBe(0)
  expect(out.match(/one|two|three/g)).toEqual(["one", "two", "three"])
  expect(err).toBe("The manager does not answer; trying again.\nThe manager is back.\n")
  const sinces = manager.lines().flatMap((line) => (line.includes("/logs?") ? [/since=(\w+)/.exec(line)?.[1]] : []))
  expect(sinces).toEqual([undefined, "c1", "c2", "c2", undefined])
})

test("with several deployments a resource alone is not enough, so it asks for the name", async () => {
  await using manager = await shopManager({
    "GET /v1/deployments": { json: { items: [aDeployment(), aDeployment({ id: "dep_b", name: "blog" })] } },
    "GET /v1/deployments/dep_b/info": { json: anInfo() },
  })
  const { exit, err } = await alien(manager, ["logs", "api"])
  expect(exit).toBe(4)
  expect(err).toContain("there are: shop, blog")
})

test.each([
  [["--since", "yesterday"], "is no moment"],
  [["--limit", "0"], "is no number from 1 to 1000"],
])("it refuses %j with exit code 2", async (options, message) => {
  await using manager = await shopManager()
  const { exit, err } = await alien(manager, ["logs", "shop", ...options])
  expect(exit).toBe(2)
  expect(err).toContain(message)
})
