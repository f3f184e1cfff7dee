import { createHash } from "node:crypto"
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { createClient } from "@alienplatform/api"
import { Stack, Worker } from "@alienplatform/core"
import { openSqliteStore } from "@alienplatform/store"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Journey, startJourney } from "../harness/journey.ts"
import { writeStack } from "../harness/stack.ts"

let journey: Journey
beforeAll(async () => {
  journey = await startJourney()
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

async function send(method: string, path: string, body: string | Uint8Array<ArrayBuffer>) {
  const type = typeof body === "string" ? "application/json" : "application/gzip"
  const headers = { authorization: `Bearer ${journey.token}`, "content-type": type }
  const response = await fetch(`${journey.url()}${path}`, { method, headers, body })
  const answer: unknown = await response.json()
  return { status: response.status, answer }
}

const FIVE_MISTAKES = `
import * as alien from "@alienplatform/core"
const code = { type: "source", src: ".", toolchain: { type: "typescript" } }
const shop = new alien.Worker("shop").code(code)
  .publicEndpoint("Web")
  .publicEndpoint("hooks", { hostLabel: "hooks_of_acme" })
  .timeoutSeconds(0)
  .memoryMb(-1)
  .build()
const twin = new alien.Worker("shop").code(code).build()
export default new alien.Stack("shop").add(shop, "live").add(twin, "live").build()
`

describe("a stack", () => {
  test("with five mistakes is refused with all five and their paths, and it changes nothing", async () => {
    const cwd = await writeStack(journey, "export default { fetch: () => new Response() }", FIVE_MISTAKES)
    const { exit, stderr } = await journey.sandbox.alien(["deploy", "wrong", "--yes"], { cwd })
    expect(exit).toBe(2)
    expect(stderr).toContain("code  stack_invalid")
    expect(stderr.match(/^ {4}alien\.ts:\d+ {2}\S+: .+$/gm)).toHaveLength(5)
    expect((await journey.client.deployments({})).items).toEqual([])
  })
})

describe("the API", () => {
  test("names every field that it does not know, so a typing mistake is seen", async () => {
    const body = JSON.stringify({ name: "shop", platform: "local", stackSetings: {}, colour: "red" })
    expect(await send("POST", "/v1/deployments", body)).toMatchObject({
      status: 400,
      answer: { code: "request_invalid", context: { violations: [{ path: "stackSetings" }, { path: "colour" }] } },
    })
  })

  test.each([
    ["../../etc/passwd", "a path"],
    ["/absolute", "a path"],
    ["$(id)", "a shell command"],
    ["a;id", "a shell command"],
    ["`id`", "a shell command"],
    ["a b", "a word boundary of a shell"],
    ["x'; drop table deployments; --", "SQL"],
    ['x" or 1=1', "SQL"],
    ["a\r\nset-cookie: x", "a header"],
    ["a\u0000b", "a string's end"],
    ["ünïcode", "another alphabet"],
    ["UPPER", "a host in capitals"],
    ["-dash", "an option"],
    ["a.b", "two labels of a host"],
    ["", "nothing"],
    ["x".repeat(64), "more than a label of a host"],
    ["__proto__", "a member of every object"],
  ])("refuses the deployment name %j, which could be %s, so it is never made", async (name) => {
    expect(await send("POST", "/v1/deployments", JSON.stringify({ name, platform: "local" }))).toMatchObject({
      status: 400,
      answer: { code: "request_invalid", context: { violations: [{ path: "name" }] } },
    })
    expect((await journey.client.deployments({})).items).toEqual([])
  })

  test.each(["../x", "a/b", "a b", "a\nb", "x'--", "$(id)", "a.b", "", "x".repeat(65)])(
    "refuses the resource id %j in a release, so it reaches no path, host or command",
    async (id) => {
      expect(await release(id)).toMatchObject({ status: 400, answer: { code: "stack_invalid" } })
    },
  )

  test("asks for the artifact of a resource id that is right, so it was the id that was refused above", async () => {
    expect(await release("shop")).toMatchObject({ status: 422, answer: { code: "artifact_unknown" } })
  })

  const release = (id: string) => {
    const code = { type: "artifact", sha256: "0".repeat(64), toolchain: { type: "typescript" } }
    const worker = new Worker("shop")
      .code({ type: "image", image: "ghcr.io/acme/shop:1" })
      .publicEndpoint("web")
      .build()
    const { resources, ...rest } = new Stack("shop").add(worker, "live").build()
    const entry = { ...resources.shop, config: { ...resources.shop?.config, id, code } }
    const stack = { local: { ...rest, resources: { [id]: entry } } }
    return send("POST", "/v1/releases", JSON.stringify({ projectId: "default", stack }))
  }

  test("refuses an artifact whose bytes have another hash, and does not keep it", async () => {
    const sha256 = createHash("sha256").update("promised").digest("hex")
    expect(await send("PUT", `/v1/artifacts/${sha256}`, new TextEncoder().encode("sent"))).toMatchObject({
      status: 400,
      answer: { code: "artifact_hash_mismatch" },
    })
    const file = join(journey.sandbox.dataDirectory, "artifacts", `${sha256}.tar.gz`)
    await expect(readFile(file)).rejects.toThrow("ENOENT")
  })
})

describe("a data directory", () => {
  test("that a manager works in refuses a second one, and it names the first", async () => {
    const { dataDirectory, alien } = journey.sandbox
    const { exit, stderr } = await alien(["serve", "--data", dataDirectory])
    const { pid } = JSON.parse(await readFile(join(dataDirectory, "lock.json"), "utf8"))
    expect(exit).not.toBe(0)
    expect(stderr).toContain("code  data_directory_locked")
    expect(stderr).toContain(`process ${pid} `)
  })

  test("with a damaged database is refused, and it stays as it was byte for byte", async () => {
    await unchanged(
      "damaged",
      Buffer.from("SQLite format 3\0 but nothing that follows is one".repeat(200)),
      "database_corrupt",
    )
  })

  test("whose database is gone is refused, and nothing is made anew; with the database it goes on", async () => {
    const { sandbox, token } = journey
    const { dataDirectory, home, alien } = sandbox
    const config = await readFile(join(home, "config", "config.json"), "utf8")
    await journey.kill()
    // A kill leaves a log.
    const names = ["manager.db", "manager.db-wal", "manager.db-shm"]
    for (const name of names) await rename(join(dataDirectory, name), join(sandbox.directory, name))
    const { exit, stdout, stderr } = await alien(["serve", "--data", dataDirectory])
    expect(exit).not.toBe(0)
    expect(stdout).toBe("")
    expect(stderr).toContain("code  database_missing")
    for (const part of [join(dataDirectory, "manager.db"), "key", "artifacts", "restore a backup"])
      expect(stderr.replaceAll(/\s+/g, " ")).toContain(part)
    expect(await readdir(dataDirectory)).not.toContain("manager.db")
    expect(await readFile(join(home, "config", "config.json"), "utf8")).toBe(config)
    for (const name of names) await rename(join(sandbox.directory, name), join(dataDirectory, name))
    await journey.start()
    expect(await createClient({ url: journey.url(), token }).whoami()).toMatchObject({ role: "admin" })
  })

  test("of a newer version is refused, and it stays as it was byte for byte", async () => {
    const file = join(journey.sandbox.directory, "newer.db")
    await (await openSqliteStore({ file })).close()
    const database = new DatabaseSync(file)
    database.exec("insert into kysely_migration values ('0999_later', '2030-01-01T00:00:00.000Z')")
    database.close()
    await unchanged("newer", await readFile(file), "database_newer")
  })
})

async function unchanged(directory: string, database: Buffer, code: string): Promise<void> {
  const data = join(journey.sandbox.directory, directory)
  await mkdir(data, { mode: 0o700 })
  await writeFile(join(data, "manager.db"), database)
  const { exit, stderr } = await journey.sandbox.alien(["serve", "--data", data])
  expect(stderr).toContain(`code  ${code}`)
  expect(exit).not.toBe(0)
  expect((await readFile(join(data, "manager.db"))).equals(database)).toBe(true)
}
