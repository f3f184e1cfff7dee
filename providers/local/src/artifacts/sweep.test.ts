import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { storeArtifact } from "../testing/artifact.ts"
import { programSpec, SERVER, temporarySupervisor } from "../testing/temporary.ts"
import { sweepArtifacts } from "./sweep.ts"
import { unpackArtifact } from "./unpack.ts"

const HOUR = 3_600_000

test("it removes what no process runs from, and neither archives nor what was just used", async () => {
  await using machine = await temporarySupervisor()
  const { dataDirectory, supervisor } = machine
  const into = join(dataDirectory, "artifacts")
  const unpacked = async (index: string) => {
    const sha256 = await storeArtifact(dataDirectory, index)
    const { directory } = await unpackArtifact({ file: join(into, `${sha256}.tar.gz`), sha256, into })
    return { sha256, directory }
  }
  const [running, removed] = [await unpacked("export default 1"), await unpacked("export default 2")]
  await supervisor.put(programSpec(dataDirectory, SERVER, { cwd: running.directory }))
  const names = async () => (await readdir(into)).filter((name) => !name.endsWith(".tar.gz")).sort()

  await sweepArtifacts({ dataDirectory, now: Date.now() })
  expect(await names()).toEqual([running.sha256, removed.sha256].sort())
  await sweepArtifacts({ dataDirectory, now: Date.now() + HOUR })
  expect(await names()).toEqual([running.sha256])
  expect(await readdir(into)).toHaveLength(3)
  expect((await unpacked("export default 2")).directory).toBe(removed.directory)
})
