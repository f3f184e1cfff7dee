import { createHash } from "node:crypto"
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { temporaryDirectory } from "../testing/temporary.ts"
import { findEngine, findEngineSocket } from "./find-engine.ts"

const only = (path: string) => (asked: string) => asked === path

test.each([
  ["/var/run/docker.sock", {}],
  ["/run/user/7/docker.sock", { XDG_RUNTIME_DIR: "/run/user/7" }],
  ["/run/user/7/podman/podman.sock", { XDG_RUNTIME_DIR: "/run/user/7" }],
  ["/run/podman/podman.sock", {}],
])("it finds %s", (path, env) => {
  expect(findEngineSocket({ HOME: "/nowhere", ...env }, only(path))).toBe(path)
})

test("it takes DOCKER_HOST before what is there", () => {
  const env = { HOME: "/nowhere", DOCKER_HOST: "unix:///run/other.sock" }
  expect(findEngineSocket(env, () => true)).toBe("/run/other.sock")
})

test("it takes the context that Docker's command uses", async () => {
  await using directory = await temporaryDirectory()
  const id = createHash("sha256").update("desktop").digest("hex")
  const meta = join(directory.path, "contexts", "meta", id)
  await mkdir(meta, { recursive: true })
  await writeFile(join(directory.path, "config.json"), JSON.stringify({ currentContext: "desktop" }))
  await writeFile(join(meta, "meta.json"), JSON.stringify({ Endpoints: { docker: { Host: "unix:///desktop.sock" } } }))
  expect(findEngineSocket({ DOCKER_CONFIG: directory.path }, () => true)).toBe("/desktop.sock")
  expect(findEngineSocket({ DOCKER_CONFIG: directory.path, DOCKER_CONTEXT: "default" }, () => true)).toBe(
    "/var/run/docker.sock",
  )
})

test("it says where it looked and what to install, also where the engine that was chosen is elsewhere", () => {
  expect(() => findEngine({ HOME: "/nowhere" }, () => false)).toThrow(
    expect.objectContaining({
      code: "container_engine_missing",
      message: expect.stringMatching(/\/var\/run\/docker\.sock, \/run\/podman\/podman\.sock.*apt-get install podman/),
    }),
  )
  expect(() => findEngine({ DOCKER_HOST: "tcp://10.0.0.1:2375" })).toThrow(
    expect.objectContaining({ code: "container_engine_missing", message: expect.stringContaining("tcp://10.0.0.1") }),
  )
})
