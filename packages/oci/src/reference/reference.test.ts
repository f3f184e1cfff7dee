import { describe, expect, test } from "vitest"
import { isPlatform, parsePlatform, platformOfTarget, targetOfPlatform } from "./platform.ts"
import { parseReference, referenceText, versionOf } from "./reference.ts"

const DIGEST = `sha256:${"0".repeat(64)}`

describe("a reference: it", () => {
  test.each([
    ["alpine", "docker.io/library/alpine", "latest"],
    ["alpine:3", "docker.io/library/alpine:3", "3"],
    ["index.docker.io/acme/api", "docker.io/acme/api", "latest"],
    ["acme/api", "docker.io/acme/api", "latest"],
    ["localhost/api", "localhost/api", "latest"],
    ["localhost:5000/a/b/c:v1", "localhost:5000/a/b/c:v1", "v1"],
    ["[::1]:5000/api:v1", "[::1]:5000/api:v1", "v1"],
    [`ghcr.io/acme/api:v1@${DIGEST}`, `ghcr.io/acme/api:v1@${DIGEST}`, DIGEST],
    ["ghcr.io/a__b/c-d.e:V_1.0-x", "ghcr.io/a__b/c-d.e:V_1.0-x", "V_1.0-x"],
  ])("reads %s", (text, whole, version) => {
    expect(referenceText(parseReference(text))).toBe(whole)
    expect(versionOf(parseReference(text))).toBe(version)
  })

  test.each([
    "",
    ":v1",
    "Acme/Api",
    "ghcr.io/",
    "ghcr.io//api",
    "ghcr.io/../api",
    "ghcr.io/acme/api:",
    "ghcr.io/acme/api:a/b:c",
    "ghcr.io/acme/api@sha256:12",
    "ghcr.io/acme/api@sha512:00",
    `api@${DIGEST}@${DIGEST}`,
    "https://ghcr.io/acme/api",
    "user@host.example.com/api",
    "a b/c",
    "host.example.com:port/api",
    `ghcr.io/${"a".repeat(250)}`,
  ])("refuses %s", (text) => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: "image_reference_invalid" }))
  })
})

describe("a platform: it", () => {
  test.each([
    ["linux/amd64", "linux/amd64", true],
    ["linux/arm64/v8", "linux/arm64", true],
    ["linux/arm64", "linux/arm64/v8", true],
    ["linux/arm/v7", "linux/arm", true],
    ["linux/arm", "linux/arm/v7", false],
    ["linux/arm/v6", "linux/arm/v7", false],
    ["windows/amd64", "linux/amd64", false],
  ])("%s runs where %s is wanted: %s", (offered, wanted, expected) => {
    expect(isPlatform(parsePlatform(offered), parsePlatform(wanted))).toBe(expected)
  })

  test("is read from an artifact's target", () => {
    expect(platformOfTarget("linux-x64")).toEqual({ os: "linux", architecture: "amd64" })
    expect(platformOfTarget("linux-arm64-glibc")).toEqual({ os: "linux", architecture: "arm64" })
    expect(platformOfTarget("nonsense")).toBeUndefined()
    expect(["linux/amd64", "linux/arm64/v8"].map((text) => targetOfPlatform(parsePlatform(text)))).toEqual([
      "linux-x64",
      "linux-arm64",
    ])
  })

  test.each(["linux", "", "linux/", "linux/arm/v7/x", "Linux/amd64"])("is refused as %j", (text) => {
    expect(() => parsePlatform(text)).toThrow(expect.objectContaining({ code: "image_platform_invalid" }))
  })
})
