import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type Journey, startJourney } from "../harness/journey.ts"
import { deployProject, stackOf, writeProject } from "../harness/project.ts"
import { getVerified } from "../harness/verified-https.ts"

const FILES = {
  "package.json": `{ "type": "module", "files": ["public", "!public/*.map"] }`,
  "alien.ts": stackOf({ site: `new alien.Worker("site").code(source("./site")).publicEndpoint("web")` }),
  "site/data.json": `{"a":1}`,
  "site/hello.sql": "select 'hello'",
  "site/index.ts": `import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import hello from "./hello.sql"
const root = join(import.meta.dirname, "../public")
export default {
  fetch(request: Request): Response {
    const { pathname } = new URL(request.url)
    if (pathname === "/data") return new Response(readFileSync(new URL("./data.json", import.meta.url)))
    if (pathname === "/hello") return new Response(hello)
    const file = join(root, pathname)
    return existsSync(file) ? new Response(readFileSync(file)) : new Response("none", { status: 404 })
  },
}
`,
  "public/index.html": "<h1>shop</h1>",
  "public/assets/app.js": "console.log(1)",
  "public/app.js.map": "{}",
}

let journey: Journey
beforeAll(async () => {
  journey = await startJourney()
}, 60_000)
afterAll(() => journey[Symbol.asyncDispose](), 60_000)

test("files beside the source and a built frontend are deployed with it and answer over TLS", async () => {
  await deployProject(journey, "files", FILES)
  const endpoint = await journey.endpoint("files", "site")
  const bodyOf = async (path: string) => (await getVerified(endpoint, path)).body
  expect(await bodyOf("/data")).toBe(`{"a":1}`)
  expect(await bodyOf("/hello")).toBe("select 'hello'")
  expect(await bodyOf("/index.html")).toBe("<h1>shop</h1>")
  expect(await bodyOf("/assets/app.js")).toBe("console.log(1)")
  expect(await bodyOf("/app.js.map")).toBe("none")
}, 60_000)

test("a file that is not there fails the build with its line, before anything is uploaded", async () => {
  const lost = `export default { fetch: () => new Response(new URL("./lost.json", import.meta.url).href) }`
  const cwd = await writeProject(journey, "lost", { ...FILES, "package.json": "{}", "site/index.ts": lost })
  const { exit, stdout, stderr } = await journey.sandbox.alien(["deploy", "lost", "--yes"], { cwd })
  expect(exit).toBe(2)
  expect(stdout + stderr).toContain(`${join("site", "index.ts")}:1:67: "./lost.json" is not there (site/lost.json)`)
  expect((await journey.client.deployments({ name: "lost" })).items).toEqual([])
}, 60_000)
