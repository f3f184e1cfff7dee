import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { temporaryDirectory } from "../testing/temporary.ts"
import { pullRequest } from "./pull-request.ts"

const digest = `sha256:${"a".repeat(64)}`
const NOWHERE = { DOCKER_CONFIG: "/nowhere" }

test.each([
  ["postgres", "docker.io/library/postgres", "latest"],
  ["postgres:16", "docker.io/library/postgres", "16"],
  ["acme/web", "docker.io/acme/web", "latest"],
  ["localhost/web:1", "localhost/web", "1"],
  ["127.0.0.1:5000/a/b:1.2", "127.0.0.1:5000/a/b", "1.2"],
  [`ghcr.io/acme/web:1@${digest}`, "ghcr.io/acme/web", digest],
])("it asks for %s in full", async (reference, fromImage, tag) => {
  expect(await pullRequest(reference, NOWHERE)).toMatchObject({ query: { fromImage, tag }, headers: {} })
})

test("it sends what docker login keeps for the registry, and to that one alone", async () => {
  await using directory = await temporaryDirectory()
  const auth = Buffer.from("ada:with:colon").toString("base64")
  const auths = {
    "ghcr.io": { auth },
    "https://index.docker.io/v1/": { auth },
    "acr.example": { identitytoken: "refresh" },
  }
  await writeFile(join(directory.path, "config.json"), JSON.stringify({ auths }))
  const sent = async (reference: string) => {
    const { headers } = await pullRequest(reference, { DOCKER_CONFIG: directory.path })
    const header = headers?.["x-registry-auth"]
    return header && JSON.parse(Buffer.from(header, "base64url").toString("utf8"))
  }
  expect(await sent("ghcr.io/a/b")).toEqual({ username: "ada", password: "with:colon", serveraddress: "ghcr.io" })
  expect(await sent("postgres")).toMatchObject({ username: "ada", serveraddress: "https://index.docker.io/v1/" })
  expect(await sent("acr.example/a/b")).toMatchObject({ identitytoken: "refresh" })
  expect(await sent("quay.io/a/b")).toBeUndefined()
})
