import { mkdir, realpath, symlink } from "node:fs/promises"
import { join } from "node:path"
import { beforeEach, expect, test, vi } from "vitest"
import { temporaryDirectory } from "../testing/temporary.ts"
import { inspectLocal, stopLocal } from "./local-machine.ts"

const asked = vi.hoisted(() => [] as string[])
vi.mock("@alienplatform/provider-local", () => {
  const note = async ({ dataDirectory }: { dataDirectory: string }) => void asked.push(dataDirectory)
  return { stopLocal: note, inspectLocal: note }
})
beforeEach(() => asked.splice(0))

test("what runs in a data directory is found, and stopped, by every name of it", async () => {
  await using parent = await temporaryDirectory()
  const own = join(await realpath(parent.path), "own")
  const link = join(parent.path, "link")
  await mkdir(own, { mode: 0o700 })
  await symlink(own, link)
  await inspectLocal({
    dataDirectory: link,
    authorityDirectory: parent.path,
    portsFile: join(parent.path, "ports.json"),
  })
  await stopLocal({ dataDirectory: link })
  expect(asked).toEqual([own, own])
})
