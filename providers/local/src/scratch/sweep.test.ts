import { mkdir, readdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { programSpec, SERVER, temporarySupervisor } from "../testing/temporary.ts"
import { makeScratchFolder, scratchDirectory } from "./scratch-folder.ts"
import { sweepScratch } from "./sweep.ts"

const HOUR = 3_600_000

test("it removes folders of workloads that are gone, and none that was just made", async () => {
  await using machine = await temporarySupervisor()
  const { dataDirectory, supervisor } = machine
  const from = join(dataDirectory, "from")
  await mkdir(from)
  const make = (object: string) => makeScratchFolder({ dataDirectory, object, from, skip: new Set() })
  const spec = programSpec(dataDirectory, SERVER)
  await supervisor.put({ ...spec, cwd: await make(spec.object) })
  await make("left_behind")
  await mkdir(join(scratchDirectory(dataDirectory), ".left_behind.0123"))
  await sweepScratch({ dataDirectory, now: Date.now() })
  expect(await readdir(scratchDirectory(dataDirectory))).toHaveLength(3)
  await sweepScratch({ dataDirectory, now: Date.now() + HOUR })
  expect(await readdir(scratchDirectory(dataDirectory))).toEqual([spec.object])
})

test("it makes a folder once, and leaves what the workload wrote", async () => {
  await using machine = await temporarySupervisor()
  const { dataDirectory } = machine
  const from = join(dataDirectory, "from")
  await mkdir(from)
  await writeFile(join(from, "kept"), "")
  await writeFile(join(from, "skipped"), "")
  const options = { dataDirectory, object: "one", from, skip: new Set(["skipped"]) }
  const folder = await makeScratchFolder(options)
  expect(await readdir(folder)).toEqual(["kept"])
  await writeFile(join(folder, "written"), "")
  expect(await makeScratchFolder(options)).toBe(folder)
  expect(await readdir(folder)).toEqual(["kept", "written"])
})
