import { existsSync } from "node:fs"
import { basename } from "node:path"
import { expect, test } from "vitest"
import { ownerOf } from "../testing/local.ts"
import { temporaryDirectory } from "../testing/temporary.ts"
import { LogFile } from "./log-file.ts"
import { logFileOf, removeLogs, removeOldLogs } from "./logs.ts"

test("it keeps a resource's newest two logs, and none of a deployment that is gone", async () => {
  await using directory = await temporaryDirectory()
  const file = (node: string, incarnation: number, deployment = "dep_a") =>
    logFileOf(directory.path, ownerOf(node, { incarnation, deployment }))
  const written = [
    file("api/process", 1),
    file("api/process", 2),
    file("job/process", 1),
    file("api/process", 1, "dep_b"),
  ]
  for (const one of written) {
    const log = new LogFile(one, 1)
    for (const line of ["first", "second"]) log.append([{ time: "2030-01-01T00:00:00Z", stream: "stdout", line }])
    log.close()
  }
  const left = () => written.filter((one) => existsSync(one) || existsSync(`${one}.1`))

  removeOldLogs(directory.path, ownerOf("api/process", { incarnation: 2 }))
  expect(left()).toEqual(written)
  removeOldLogs(directory.path, ownerOf("api/process", { incarnation: 3 }))
  expect(left()).toEqual(written.slice(1))
  removeLogs(directory.path, "dep_a")
  expect(left()).toEqual(written.slice(3))
  removeLogs(directory.path, "dep_never")
})

test("it keeps the logs of replicas apart, each with versions of its own", async () => {
  await using directory = await temporaryDirectory()
  const file = (node: string, incarnation: number) => logFileOf(directory.path, ownerOf(node, { incarnation }))
  const written = [file("web/process", 1), file("web/process/2", 1), file("web/process/12", 1)]
  expect(written.map((one) => basename(one))).toEqual(["1.ndjson", "1-2.ndjson", "1-12.ndjson"])
  for (const one of written) new LogFile(one).close()
  removeOldLogs(directory.path, ownerOf("web/process/2", { incarnation: 3 }))
  expect(written.map((one) => existsSync(one))).toEqual([true, false, true])
  removeOldLogs(directory.path, ownerOf("web/process", { incarnation: 3 }))
  expect(written.map((one) => existsSync(one))).toEqual([false, false, true])
})
