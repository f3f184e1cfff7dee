import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { DOUBLE_IMAGE, dockerDouble } from "../testing/docker-engine.ts"
import { ownerOf, testLocal } from "../testing/local.ts"
import { Engine } from "./engine.ts"
import { Image, type ImageProps } from "./image.ts"
import { Pulls } from "./pulls.ts"

const PULLED = `sha256:${"3".repeat(64)}`

async function machine() {
  await using opened = new AsyncDisposableStack()
  const docker = opened.use(await dockerDouble())
  const { local } = opened.use(await testLocal())
  const config = join(local.dataDirectory, "docker")
  await mkdir(config)
  const auth = Buffer.from("ada:pass").toString("base64")
  await writeFile(join(config, "config.json"), JSON.stringify({ auths: { "ghcr.io": { auth } } }))
  const with_ = {
    ...local,
    engine: () => new Engine(docker.socket),
    pulls: new Pulls({ env: { DOCKER_CONFIG: config } }),
  }
  const args = (props: ImageProps) => ({ props, owner: ownerOf("web/image"), name: "n", token: "t", local: with_ })
  const all = opened.move()
  return { docker, local: with_, args, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

test("it takes an image that is there, and asks no registry", async () => {
  await using local = await machine()
  const { docker, args } = local
  expect(await Image.read(args({ image: "node:1" }))).toMatchObject({
    id: DOUBLE_IMAGE,
    attributes: { id: DOUBLE_IMAGE, digest: `node@${DOUBLE_IMAGE}` },
    status: "settled",
  })
  expect(docker.calls).not.toContain("POST /images/create")
})

test("it stays with the image that it found when the tag moves", async () => {
  await using local = await machine()
  const { docker, args } = local
  docker.images.set("node:1", PULLED).set("old", DOUBLE_IMAGE)
  const node = args({ image: "node:1" })
  expect(await Image.read({ ...node, id: DOUBLE_IMAGE })).toMatchObject({ attributes: { id: DOUBLE_IMAGE } })
  expect(await Image.read(node)).toMatchObject({ attributes: { id: PULLED } })
})

test("it pulls what is not there, with the credentials of its registry", async () => {
  await using local = await machine()
  const { docker, args } = local
  docker.registry.set("ghcr.io/acme/web:1", { id: PULLED })
  const node = args({ image: "ghcr.io/acme/web:1" })
  expect(await Image.read(node)).toBeUndefined()
  await Image.create(node)
  expect(await Image.read(node)).toMatchObject({ id: PULLED, status: "settled" })
  expect(JSON.parse(Buffer.from(String(docker.pulledWith["x-registry-auth"]), "base64url").toString())).toEqual({
    username: "ada",
    password: "pass",
    serveraddress: "ghcr.io",
  })
})

test("it is image_unavailable, in the engine's words, where it cannot be had", async () => {
  await using local = await machine()
  const { args } = local
  await expect(Image.create(args({ image: "acme/absent:1" }))).rejects.toMatchObject({
    code: "image_unavailable",
    outcome: "refused",
    message: expect.stringContaining("manifest unknown"),
  })
})

test("it says what to install where there is no engine", async () => {
  await using machine = await testLocal()
  const node = { props: { image: "node:1" }, owner: ownerOf("web/image"), name: "n", local: machine.local }
  await expect(Image.read(node)).rejects.toMatchObject({ code: "container_engine_missing" })
})
