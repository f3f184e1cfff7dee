import { readdir, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { markedNode, systemClock } from "@alienplatform/engine"
import { expect, test } from "vitest"
import { leafFacts } from "../certificates/leaf-facts.ts"
import { ownerOf, type TestLocal, testLocal } from "../testing/local.ts"
import { authorityFingerprint, Certificate, type CertificateProps } from "./certificate.ts"

const HOST = "api.dev.localhost"
const DAY = 86_400_000
const owner = ownerOf(`api/certificate/${HOST}`)

const call = ({ local }: TestLocal) => {
  const authority = authorityFingerprint(local.authority.certificate)
  const props: CertificateProps = { host: HOST, authority, renewal: "current" }
  return { props, owner, name: "n", token: "t", local }
}
const at = (machine: TestLocal, now: number) => ({ ...machine.local, clock: { ...systemClock, now: () => now } })
const directory = ({ local }: TestLocal) => join(local.dataDirectory, "gateway", "certificates", HOST)

test("it issues a pair of files that only the user can read", async () => {
  await using machine = await testLocal()
  expect(await Certificate.read(call(machine))).toBeUndefined()
  const created = await Certificate.create(call(machine))
  const read = await Certificate.read(call(machine))
  expect(created).toEqual({ id: HOST, reading: read })
  expect(read).toMatchObject({ id: HOST, owner, props: call(machine).props, status: "settled" })
  for (const file of [read?.attributes.chainFile, read?.attributes.keyFile])
    expect((await stat(join(machine.local.dataDirectory, "gateway", file ?? ""))).mode & 0o777).toBe(0o600)
})

test("it reads as due in the last thirty days, and an update puts another pair beside the old one", async () => {
  await using machine = await testLocal()
  await Certificate.create(call(machine))
  const first = await Certificate.read(call(machine))
  if (!first || !Certificate.update) throw new Error("not there")
  const later = at(machine, first.attributes.notAfter - 29 * DAY)
  const due = await Certificate.read({ ...call(machine), local: later })
  expect(due?.props.renewal).toBe("due")
  await Certificate.update({ ...call(machine), id: HOST, observed: first, changed: ["renewal"] })
  const second = await Certificate.read({ ...call(machine), id: HOST })
  expect(second?.attributes.sha256).not.toBe(first.attributes.sha256)
  expect((await readdir(directory(machine))).filter((name) => name.endsWith(".crt"))).toHaveLength(2)
  if (!second) throw new Error("not there")
  await Certificate.update({ ...call(machine), id: HOST, observed: second, changed: ["renewal"] })
  const left = await readdir(directory(machine))
  expect(left).not.toContain(`${first.attributes.sha256}.key`)
  expect(left).toContain(`${second.attributes.sha256}.key`)
})

test("it reads as different under another authority, and when a file was lost", async () => {
  await using machine = await testLocal()
  await Certificate.create(call(machine))
  const props = { ...call(machine).props, authority: "another" }
  const read = await Certificate.read({ ...call(machine), props })
  expect(read?.props.authority).not.toBe("another")
  await rm(join(machine.local.dataDirectory, "gateway", read?.attributes.keyFile ?? ""))
  expect((await Certificate.read(call(machine)))?.props.renewal).toBe("due")
})

test("it covers its host alone", async () => {
  await using machine = await testLocal()
  const { chain } = await machine.local.authority.issue({ host: HOST })
  expect(leafFacts(chain).hosts).toEqual([HOST])
})

test("it refuses another owner's host and a host that is a path", async () => {
  await using machine = await testLocal()
  await Certificate.create({ ...call(machine), owner: ownerOf(owner.node, { deployment: "dep_b" }) })
  await expect(Certificate.create(call(machine))).rejects.toMatchObject({ code: "name_taken" })
  const props = { ...call(machine).props, host: "../../x" }
  await expect(Certificate.create({ ...call(machine), props })).rejects.toMatchObject({
    code: "certificate_host_not_local",
  })
})

test("it is its node's own whatever the length of its mark: an earlier version wrote long ones whole", async () => {
  await using machine = await testLocal()
  const node = `${"a".repeat(64)}/certificate/${HOST}`
  await Certificate.create({ ...call(machine), owner: ownerOf(node) })
  const answer = await Certificate.create({ ...call(machine), owner: ownerOf(markedNode(node)) })
  expect(answer).toMatchObject({ id: HOST, reading: { owner: { node: markedNode(node) } } })
})

test("it is gone after a delete, which may be repeated", async () => {
  await using machine = await testLocal()
  await Certificate.create(call(machine))
  const observed = await Certificate.read(call(machine))
  if (!observed) throw new Error("not there")
  await Certificate.delete({ ...call(machine), id: HOST, observed })
  await Certificate.delete({ ...call(machine), id: HOST, observed })
  expect(await Certificate.read({ ...call(machine), id: HOST })).toBeUndefined()
})
