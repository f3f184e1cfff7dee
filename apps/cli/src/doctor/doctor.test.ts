import { chmod, readdir } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { folderWith } from "../build/files.fixture.ts"
import type { inspect } from "../serve/inspect.ts"
import { fakeContext } from "../testing/fake-context.ts"
import { fakeManager } from "../testing/fake-manager.ts"
import { report } from "./doctor.ts"
import { failFinding, okFinding, warnFinding } from "./finding.ts"
import { localFindings } from "./local.ts"
import { checkBuilder, checkDataDirectory, checkHome, checkLocalhostNames, checkNode } from "./machine.ts"
import { clockFinding, managerFindings } from "./manager.ts"

type LocalFindings = Awaited<ReturnType<typeof inspect>>

describe("what it prints", () => {
  const findings = [
    okFinding("node", "Node 24.1.0"),
    warnFinding("manager", "none", "start one"),
    failFinding("data", "full", "free space"),
  ]

  test("each finding with what to do, aligned, and it exits with 1 when one fails", () => {
    const context = fakeContext()
    expect(report(findings, {}, context)).toBe(1)
    expect(context.out).toBe(
      "✔ node     Node 24.1.0\n! manager  none\n           → start one\n✖ data     full\n           → free space\n\n1 of 3 checks failed.\n",
    )
  })

  test("with --json one document, and a warning alone is no failure", () => {
    const context = fakeContext()
    expect(report(findings.slice(0, 2), { json: true }, context)).toBe(0)
    expect(JSON.parse(context.out)).toEqual({ healthy: true, findings: findings.slice(0, 2) })
  })
})

describe("this machine", () => {
  test("Node has to be new enough", () => {
    expect([checkNode("24.0.0"), checkNode("22.9.0")]).toMatchObject([{ health: "ok" }, { health: "fail" }])
  })

  test.each([[""], ["relative/home"]])("HOME %j is refused, with what to set", (value) => {
    expect(checkHome({ env: {}, home: value })).toMatchObject({ health: "fail", fix: expect.stringContaining("HOME") })
    expect(checkHome({ env: { ALIEN_HOME: "/a" }, home: value })).toMatchObject({ health: "ok" })
  })

  test("a data directory may be absent, has to be a directory, and must be writable", async () => {
    await using folder = await folderWith({ file: "" })
    expect(await checkDataDirectory(join(folder.path, "deep/down"))).toMatchObject({ health: "ok" })
    expect(await checkDataDirectory(join(folder.path, "file"))).toMatchObject({ health: "fail" })
    if (process.platform === "linux")
      expect(await checkDataDirectory("/proc/alien")).toMatchObject({
        health: "fail",
        message: "/proc cannot be written (ENOENT)",
      })
    expect(await readdir(folder.path)).toEqual(["file"])
    if (process.getuid?.() === 0) return
    await chmod(folder.path, 0o500)
    expect(await checkDataDirectory(join(folder.path, "new"))).toMatchObject({ health: "fail" })
  })

  test("names under localhost that go elsewhere fail, unresolved ones are told of", async () => {
    expect(await checkLocalhostNames(async () => ["127.0.0.1", "::1"])).toMatchObject({ health: "ok" })
    expect(await checkLocalhostNames(() => Promise.reject(new Error("ENOTFOUND")))).toMatchObject({ health: "warn" })
    expect(await checkLocalhostNames(async () => ["192.0.2.1"])).toMatchObject({ health: "fail" })
  })

  test("the builder runs", async () => {
    expect(await checkBuilder()).toMatchObject({ health: "ok" })
  })
})

describe("the local platform", () => {
  const now = Date.parse("2030-01-01T00:00:00Z")
  test("where no sockets can be made, the system's own refusal is told in words", () => {
    const error = Object.assign(new Error("EACCES: mkdir"), { code: "EACCES", syscall: "mkdir", path: "/srv/run" })
    const [finding] = localFindings(machine({ sockets: { error } }), now, "linux")
    expect(finding).toMatchObject({ health: "fail", message: "/srv/run cannot be made: permission denied (EACCES)" })
  })

  const machine = (changes: Partial<LocalFindings> = {}): LocalFindings => ({
    sockets: { directory: "/run/alien" },
    supervisor: { pid: 7, protocol: 1, processes: 2 },
    gateway: { pid: 8, port: 8443 },
    ports: [{ service: "gateway", port: 8443, reserved: true, holder: "node (pid 8)" }],
    authority: { state: "present", certificateFile: "/ca.crt", notAfter: now + 1e10, trustedBySystem: true },
    containers: { state: "present", socket: "/var/run/docker.sock", engine: "Docker 28.0.1" },
    ...changes,
  })
  const findingOf = (check: string, changes: Partial<LocalFindings>) =>
    localFindings(machine(changes), now, "linux").find((finding) => finding.check === check)

  test("nothing to say of one that is well, and our own port is ours", () => {
    expect(localFindings(machine(), now, "linux").filter(({ health }) => health !== "ok")).toEqual([])
  })

  test("a stranger at the port that the URLs carry is named", () => {
    const ports = [{ service: "gateway", port: 8443, reserved: true, holder: "nginx (pid 12)" } as const]
    expect(findingOf("gateway port", { ports, gateway: undefined })).toMatchObject({
      health: "fail",
      message: expect.stringContaining("nginx (pid 12)"),
    })
  })

  test("the container engine: which one, what to install, that it does not answer", () => {
    const absent = { state: "absent", reason: "none was found; install Docker or Podman" } as const
    const silent = { state: "unusable", socket: "/s", reason: "nobody answers at /s" } as const
    expect(findingOf("containers", {})).toMatchObject({ message: "Docker 28.0.1 at /var/run/docker.sock" })
    expect(findingOf("containers", { containers: absent })).toMatchObject({
      health: "ok",
      message: expect.stringContaining("install Docker or Podman"),
    })
    expect(findingOf("containers", { containers: silent })).toMatchObject({ health: "warn" })
  })

  test("an authority: how to trust it, that it ends soon, that it cannot be used", () => {
    const authority = {
      state: "present",
      certificateFile: "/ca.crt",
      notAfter: now + 1e10,
      trustedBySystem: false,
    } as const
    expect(findingOf("authority", { authority })).toMatchObject({
      health: "warn",
      fix: expect.stringContaining("update-ca-certificates"),
    })
    expect(findingOf("authority", { authority: { ...authority, notAfter: now + 1e9 } })).toMatchObject({
      health: "warn",
    })
    expect(findingOf("authority", { authority: { ...authority, notAfter: now - 1 } })).toMatchObject({ health: "fail" })
    const unusable = { state: "unusable", certificateFile: "/ca.crt", reason: "no PEM" } as const
    expect(findingOf("authority", { authority: unusable })).toMatchObject({ health: "fail" })
  })

  test("sockets that are not safe, and a supervisor of another version, fail", () => {
    expect(findingOf("sockets", { sockets: { error: new Error("belongs to somebody else") } })).toMatchObject({
      health: "fail",
    })
    expect(findingOf("supervisor", { supervisor: { error: new Error("another format") } })).toMatchObject({
      health: "fail",
    })
    expect(findingOf("gateway", { gateway: undefined })).toMatchObject({ health: "warn" })
  })
})

describe("the manager", () => {
  const whoami = { json: { id: "tok_1", role: "admin" } }
  const healthy = { "GET /health": { json: { status: "ok" } } }
  const asked = (url: string) =>
    managerFindings({ manager: url, token: "t" }, fakeContext({ env: { ALIEN_HOME: "/nowhere" }, now: Date.now }))

  test("it answers and knows us", async () => {
    await using manager = await fakeManager({ ...healthy, "GET /v1/whoami": whoami })
    expect(await asked(manager.url)).toMatchObject([
      { check: "manager", health: "ok" },
      { check: "clock", health: "ok" },
    ])
  })

  test("a token that is not taken, and nobody at the address, fail", async () => {
    const refused = { status: 401, json: { code: "unauthorized", message: "no", retryable: false, internal: false } }
    await using manager = await fakeManager({ ...healthy, "GET /v1/whoami": refused })
    expect(await asked(manager.url)).toMatchObject([
      { health: "fail", message: expect.stringContaining("unauthorized") },
      {},
    ])
    expect(await asked("http://127.0.0.1:9")).toMatchObject([{ check: "manager", health: "fail" }])
  })

  test("none at all is a warning", async () => {
    await using folder = await folderWith({ file: "" })
    const context = fakeContext({ env: { ALIEN_HOME: folder.path }, cwd: folder.path })
    expect(await managerFindings({}, context)).toMatchObject([{ check: "manager", health: "warn" }])
  })

  test.each([
    [500, "ok"],
    [30_000, "warn"],
    [-600_000, "fail"],
  ])("a clock that differs by %i ms is %s", (difference, health) => {
    const theirs = Date.parse("2030-01-01T00:00:00Z")
    expect(clockFinding(new Date(theirs).toUTCString(), theirs + difference)).toMatchObject([{ health }])
  })
})
