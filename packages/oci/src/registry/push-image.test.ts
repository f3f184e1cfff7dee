import { expect, test } from "vitest"
import { parsePlatform } from "../reference/platform.ts"
import { parseReference } from "../reference/reference.ts"
import { instantClock, startRegistryDouble, testRegistries } from "../testing/registry-double.ts"
import { smallImage } from "../testing/small-image.ts"
import { temporaryDirectory } from "../testing/temporary-directory.ts"
import { pullImage } from "./pull-image.ts"
import { copyImage, pushImage } from "./push-image.ts"

const MIB = 1024 * 1024
/** So large that it goes by PATCH, where a transfer can be resumed. */
const LARGE = 6 * MIB
const AMD64 = parsePlatform("linux/amd64")

async function place(options: Parameters<typeof startRegistryDouble>[0] = {}) {
  const stack = new AsyncDisposableStack()
  const directory = stack.use(await temporaryDirectory())
  const double = stack.use(await startRegistryDouble(options))
  const clock = instantClock()
  const registries = stack.use(testRegistries({ clock }))
  const to = parseReference(`${double.registry}/acme/api:v1`)
  return {
    ...double,
    directory: directory.path,
    clock,
    registries,
    to,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

const uploadsOf = (seen: { line: string; received: number }[]) =>
  seen.filter(({ line, received }) => /^(?:PATCH|PUT) .*uploads/.test(line) && received > 0)

test("a push: it sends blobs, then the manifest by its digest, then the tag; the second time no blob", async () => {
  await using at = await place()
  const image = await smallImage(at.directory)
  const { digest, blobs } = await pushImage(image, at)
  expect(digest).toBe(image.digest)
  expect(blobs.map(({ arrival }) => arrival)).toEqual(["sent", "sent"])
  expect(at.lines().slice(-2)).toEqual([`PUT /v2/acme/api/manifests/${digest}`, "PUT /v2/acme/api/manifests/v1"])
  expect(at.manifests.get("acme/api/v1")?.bytes.equals(image.manifest)).toBe(true)
  at.seen.length = 0
  expect((await pushImage(image, at)).blobs.map(({ arrival }) => arrival)).toEqual(["there", "there"])
  expect(uploadsOf(at.seen)).toEqual([])
})

test("a push: it goes on where a large transfer broke off", async () => {
  await using at = await place({ faults: [{ when: /^PATCH/, dropRequestAfter: 2 * MIB }] })
  const image = await smallImage(at.directory, { bytes: LARGE })
  const [layer] = image.written
  await pushImage(image, at)
  const [first, second] = at.seen.filter(({ line }) => line.startsWith("PATCH"))
  expect(first?.headers["content-range"]).toBeUndefined()
  expect(second?.headers["content-range"]).toBe(`${2 * MIB}-${(layer?.size ?? 0) - 1}`)
  expect(second?.received).toBe((layer?.size ?? 0) - 2 * MIB)
  expect(at.blobs.has(`acme/api/${layer?.digest}`)).toBe(true)
  expect(at.clock.slept).toEqual([300])
})

test("a push: it begins again where the registry forgot the transfer", async () => {
  await using at = await place({
    faults: [
      { when: /^PATCH/, dropRequestAfter: 2 * MIB },
      { when: /^GET .*uploads/, status: 404 },
    ],
  })
  const image = await smallImage(at.directory, { bytes: LARGE })
  await pushImage(image, at)
  expect(at.seen.filter(({ line }) => line.startsWith("PATCH")).at(-1)?.received).toBe(image.written[0]?.size)
})

test("a push: it begins again where the registry knows the transfer no more", async () => {
  await using at = await place({ faults: [{ when: /^(?:PATCH|PUT) .*uploads/, status: 404, times: 3 }] })
  await pushImage(await smallImage(at.directory, { bytes: LARGE }), at)
  expect(at.manifests.has("acme/api/v1")).toBe(true)
})

test("a push: it begins again where the registry takes no more of the transfer", async () => {
  await using at = await place({
    faults: [
      { when: /^PATCH/, dropRequestAfter: 2 * MIB },
      { when: /^PATCH/, status: 416 },
      { when: /^GET .*uploads/, times: 2, status: 404 },
    ],
  })
  await pushImage(await smallImage(at.directory, { bytes: LARGE }), at)
  expect(at.manifests.has("acme/api/v1")).toBe(true)
})

test("a push: it does not send again what arrived when only the answer was lost", async () => {
  await using at = await place({ faults: [{ when: /^PUT .*uploads/, loseAnswer: true, times: 2 }] })
  const image = await smallImage(at.directory)
  await pushImage(image, at)
  expect(uploadsOf(at.seen)).toHaveLength(2)
})

test("a push: it waits as long as the registry asks for, and gives up after five attempts", async () => {
  await using at = await place({ faults: [{ when: /^POST/, status: 429, headers: { "retry-after": "7" } }] })
  await pushImage(await smallImage(at.directory), at)
  expect(at.clock.slept).toContain(7000)

  await using broken = await place({ faults: [{ when: /^HEAD/, status: 503, times: 100 }] })
  await expect(pushImage(await smallImage(at.directory), broken)).rejects.toMatchObject({
    code: "registry_failed",
    retryable: true,
    context: { status: 503 },
  })
  expect(broken.clock.slept.slice(0, 2)).toEqual([300, 300])
  expect(Math.max(...broken.clock.slept)).toBe(8100)

  await using patient = await place({
    faults: [{ when: /^HEAD/, status: 429, headers: { "retry-after": "3600" }, times: 9 }],
  })
  await expect(pushImage(await smallImage(at.directory), patient)).rejects.toMatchObject({ code: "registry_failed" })
  expect(patient.clock.slept).toEqual([])
})

test("a push: it says what a registry says, and repeats no refusal", async () => {
  await using at = await place({ faults: [{ when: /^PUT .*manifests/, status: 400, times: 9 }] })
  await expect(pushImage(await smallImage(at.directory), at)).rejects.toMatchObject({
    code: "registry_failed",
    retryable: false,
    message: `${at.registry} answers 400 to push to ${at.registry}/acme/api: FAULT injected`,
  })
  expect(at.clock.slept).toEqual([])
})

test("a push: it stops when it is told to", async () => {
  await using at = await place()
  const stop = new AbortController()
  stop.abort(new Error("stopped"))
  await using registries = testRegistries({ signal: stop.signal })
  await expect(pushImage(await smallImage(at.directory), { ...at, registries })).rejects.toThrow("stopped")
  expect(at.seen).toEqual([])
})

test("a copy: it mounts within a registry, and sends where that is refused", async () => {
  for (const mounts of [true, false]) {
    await using at = await place({ mounts })
    const from = { ...at.to, repository: "acme/base" }
    const image = await smallImage(at.directory)
    await pushImage(image, { ...at, to: from })
    at.seen.length = 0
    const { digest, blobs } = await copyImage({ ...at, from })
    expect(digest).toBe(image.digest)
    expect(new Set(blobs.map(({ arrival }) => arrival))).toEqual(new Set([mounts ? "mounted" : "sent"]))
    expect(at.lines().filter((line) => line.includes("mount="))).toHaveLength(2)
    expect(at.manifests.get(`acme/api/${digest}`)?.bytes.equals(image.manifest)).toBe(true)
  }
})

test("a copy: it brings an image to another registry byte by byte, through a source that breaks off", async () => {
  await using source = await place({ faults: [{ when: /^GET .*blobs/, dropAnswerAfter: MIB, times: 2 }] })
  await using target = await place()
  const image = await smallImage(source.directory, { bytes: LARGE })
  await pushImage(image, source)
  const { digest } = await copyImage({ registries: source.registries, from: source.to, to: target.to })
  expect(digest).toBe(image.digest)
  const pulled = await pullImage(target.registries, { ...target.to, digest }, AMD64)
  expect(pulled.image.layers.map(({ descriptor }) => descriptor)).toEqual(
    image.layers.map(({ descriptor }) => descriptor),
  )
})
