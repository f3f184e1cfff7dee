import { execFile } from "node:child_process"
import { X509Certificate } from "node:crypto"
import { mkdtemp, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterEach, beforeEach, expect, test } from "vitest"
import { openCertificateAuthority } from "./authority.ts"

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "alien-issue-"))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const run = (host: string) =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, "issue-main.ts"), join(directory, "ca"), host])

test("prints a leaf that the authority signed for exactly that host, and its key", async () => {
  const authority = await openCertificateAuthority({ directory: join(directory, "ca") })
  const { chain, key } = JSON.parse((await run("a.b.localhost")).stdout)
  const leaf = new X509Certificate(chain)
  expect(leaf.subjectAltName).toBe("DNS:a.b.localhost")
  expect(leaf.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true)
  expect(key).toContain("PRIVATE KEY")
})

test("a name that is not under localhost has it fail with a code", async () => {
  await openCertificateAuthority({ directory: join(directory, "ca") })
  await expect(run("evil.example")).rejects.toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("certificate_host_not_local"),
  })
})

test("it makes no authority: it fails where there is none", async () => {
  await expect(run("a.localhost")).rejects.toMatchObject({
    stderr: expect.stringContaining("certificate_authority_corrupt"),
  })
  expect(await readdir(directory)).toEqual([])
})
