import { startRegistryDouble } from "@alienplatform/oci/testing"
import { expect, test } from "vitest"
import { aDeployment } from "../testing/fake-manager.ts"
import { alien, lastOf, shopManager } from "../testing/shop.ts"
import { writeShopStack } from "../testing/shop-stack.ts"

const release = (changes = {}) => ({
  id: "rel_one",
  workspaceId: "default",
  projectId: "default",
  stack: { local: { id: "shop" } },
  draft: false,
  createdAt: "2029-12-31T22:00:00Z",
  ...changes,
})
const gitMetadata = { commitSha: "0123456789abcdef0123", commitRef: "main", commitMessage: "feat: more\n\nbody" }

test("releases shows where each runs and its commit, and it marks drafts only when asked for them", async () => {
  await using server = await shopManager({
    "GET /v1/deployments": { json: { items: [aDeployment()] } },
    "GET /v1/releases": {
      json: {
        items: [
          release({ gitMetadata }),
          release({ id: "rel_two", draft: true, gitMetadata: { ...gitMetadata, dirty: true } }),
        ],
      },
    },
  })
  const { out } = await alien(server, ["releases", "--drafts"])
  expect(out.split("\n")).toEqual([
    "RELEASE   STACK   CREATED   PLATFORM   RUNS IN   COMMIT",
    "rel_one   shop    2 h ago   local      shop      01234567 (main) feat: more",
    "rel_two   shop    2 h ago   local      draft     01234567-dirty (main) feat: more",
    "",
  ])
  expect(server.lines()[0]).toBe("GET /v1/releases?limit=20&drafts=true")
})

test("releases says which were removed", async () => {
  const items = [release({ id: "rel_old", stack: { local: null, aws: null }, removedAt: "2030-01-01T00:00:00Z" })]
  await using server = await shopManager({ "GET /v1/releases": { json: { items } } })
  expect((await alien(server, ["releases"])).out.split("\n")[1]).toBe("rel_old   2 h ago   local, aws   removed")
})

test("release serves several platforms at once, and asks before it builds whether the manager does", async () => {
  await using stack = await writeShopStack()
  const unserved = { status: 422, json: { code: "platform_not_supported", message: "not gcp", retryable: false } }
  await using server = await shopManager({
    "PUT /v1/artifacts": ({ line, size }) => ({ status: 201, json: { sha256: line.split("/").at(-1), size } }),
    "POST /v1/releases": { status: 201, json: release() },
    "POST /v1/plans": ({ json }) => ((json as { platform: string }).platform === "gcp" ? unserved : { json: {} }),
  })
  const { cwd } = stack
  expect((await alien(server, ["release", "--platform", "local, aws,aws"], { cwd })).exit).toBe(0)
  const made = server.seen.find(({ line }) => line === "POST /v1/releases")?.json as { stack: object }
  expect(Object.keys(made.stack)).toEqual(["local", "aws"])
  const refused = await alien(server, ["release", "--platform", "local,gcp"], { cwd })
  expect(refused.err).toContain("platform_not_supported")
  expect(refused.err).not.toContain("build the stack")
  expect((await alien(server, ["release", "--platform", "local,asw"], { cwd })).err).toContain("did you mean: aws?")
})

test("release resolves the base image once and records it with its digest; releases --json tells it", async () => {
  await using registry = await startRegistryDouble()
  const index = { schemaVersion: 2, manifests: [] }
  const { digest } = registry.keepManifest("base/node", "24", index, "application/vnd.oci.image.index.v1+json")
  const baseImage = { reference: `${registry.registry}/base/node:24`, digest }
  await using stack = await writeShopStack()
  const { cwd } = stack
  await using server = await shopManager({
    "PUT /v1/artifacts": ({ line, size }) => ({ status: 201, json: { sha256: line.split("/").at(-1), size } }),
    "POST /v1/releases": { status: 201, json: release({ baseImage }) },
    "GET /v1/releases": { json: { items: [release({ baseImage })] } },
  })
  const { exit, err } = await alien(server, ["release", "--base-image", baseImage.reference], { cwd })
  expect(exit, err).toBe(0)
  expect(err).toContain(`${baseImage.reference}@${digest}`)
  expect(server.seen.find(({ line }) => line === "POST /v1/releases")?.json).toMatchObject({ baseImage })
  expect(lastOf((await alien(server, ["releases", "--json"])).out)).toMatchObject({ releases: [{ baseImage }] })

  const [heading, line] = (await alien(server, ["releases"])).out.split("\n")
  expect(heading).toContain("BASE IMAGE")
  expect(line).toContain(`${baseImage.reference}@${digest.slice("sha256:".length).slice(0, 12)}`)
  const missing = ["release", "--base-image", `${registry.registry}/base/node:25`]
  expect(await alien(server, missing, { cwd })).toMatchObject({ exit: 4, out: "" })
})

test("release builds, uploads and publishes without a repository too, and it prints the id", async () => {
  await using stack = await writeShopStack()
  const { cwd } = stack
  await using server = await shopManager({
    "PUT /v1/artifacts": ({ line, size }) => ({ status: 201, json: { sha256: line.split("/").at(-1), size } }),
    "POST /v1/releases": { status: 201, json: release() },
  })
  const { exit, out, err } = await alien(server, ["release"], { cwd })
  const json = lastOf((await alien(server, ["release", "--json"], { cwd })).out)
  expect({ exit, out, err }).toMatchObject({ exit: 0, out: "rel_one\n" })
  expect(json).toEqual({ result: { releaseId: "rel_one" } })
  const made = server.seen.find(({ line }) => line === "POST /v1/releases")?.json
  expect(made).toMatchObject({ projectId: "default", stack: { local: { id: "shop" } } })
  expect(made).not.toHaveProperty("draft")
})
