import { link, readdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { temporaryDirectory } from "../testing/temporary.ts"
import { openSecretKey } from "./secret-key.ts"

const KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7))
const inDirectory = (path: string) => ({ file: join(path, "key") })

test("makes a key once, and knows it again beside a database", async () => {
  await using directory = await temporaryDirectory()
  const paths = inDirectory(directory.path)
  const made = await openSecretKey(paths)
  expect(Buffer.from(await openSecretKey({ ...paths, neededBy: "manager.db" })).equals(made)).toBe(true)
})

test("makes no key beside a database that depends on another one", async () => {
  await using directory = await temporaryDirectory()
  const needed = { ...inDirectory(directory.path), neededBy: "/data/manager.db" }
  const message = expect.stringContaining("/data/manager.db depends on it")
  await expect(openSecretKey(needed)).rejects.toMatchObject({ code: "key_missing", message })
  expect(await readdir(directory.path)).toEqual([])
})

test("leaves nothing of a key that a crash had not finished, and none twice", async () => {
  await using directory = await temporaryDirectory()
  const paths = inDirectory(directory.path)
  await writeFile(`${paths.file}.part`, "half")
  await openSecretKey(paths)
  await link(paths.file, `${paths.file}.part`)
  await openSecretKey(paths)
  expect(await readdir(directory.path)).toEqual(["key"])
})

test("takes a given key in hex and in base64, and stores it nowhere", async () => {
  await using directory = await temporaryDirectory()
  const base64 = KEY.toString("base64")
  for (const given of [KEY.toString("hex"), base64, base64.replace("=", "")])
    expect(KEY.equals(await openSecretKey({ ...inDirectory(directory.path), given }))).toBe(true)
  expect(await readdir(directory.path)).toEqual([])
})

test("refuses what is no key, and a key beside another one, without telling either", async () => {
  await using directory = await temporaryDirectory()
  const paths = inDirectory(directory.path)
  const refused = async (given: string) => {
    const error = await openSecretKey({ ...paths, given }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: "key_invalid" })
    expect(String(error)).not.toContain(given)
  }
  for (const given of ["abc", "very-secret", KEY.subarray(1).toString("hex"), `${KEY.toString("base64")}!`])
    await refused(given)
  await openSecretKey(paths)
  await refused(KEY.toString("hex"))
})
