import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { findConnection } from "./connection.ts"
import { writeUserConfig } from "./user-config.ts"
import { userPaths } from "./user-paths.ts"

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "alien-home-"))
})
afterEach(() => rm(home, { recursive: true }))

const inFile = (manager: string, token: string) =>
  writeUserConfig(userPaths({ env: {}, home }).config, { manager, token })
const environment = { ALIEN_MANAGER_URL: "http://env:1", ALIEN_TOKEN: "from-env" }

test("flags come before the environment, and it before the file", async () => {
  await inFile("http://file:1", "from-file")
  expect(
    await findConnection({ manager: "http://flag:1", token: "from-flag" }, { env: environment, home, cwd: home }),
  ).toEqual({
    url: "http://flag:1",
    token: "from-flag",
    from: "flag",
    isDev: false,
  })
  expect(await findConnection({}, { env: environment, home, cwd: home })).toMatchObject({
    url: "http://env:1",
    token: "from-env",
  })
  expect(await findConnection({}, { env: {}, home, cwd: home })).toMatchObject({
    url: "http://file:1",
    token: "from-file",
  })
})

test("the file's token goes to the file's manager only, so it is not sent to another", async () => {
  await inFile("http://file:1", "from-file")
  expect(await findConnection({ manager: "http://other:1" }, { env: {}, home, cwd: home })).toMatchObject({
    token: undefined,
  })
  expect(await findConnection({ manager: "http://file:1/" }, { env: {}, home, cwd: home })).toMatchObject({
    token: "from-file",
  })
})

test("a manager that nobody named is an error, and it says how to start one", async () => {
  await expect(findConnection({}, { env: {}, home, cwd: home })).rejects.toMatchObject({
    code: "manager_unknown",
    hint: expect.stringContaining("alien serve"),
  })
})

test.each(["7400", "ftp://host", "http://user:secret-value@host", "https://secret-value@host", "secret-value@host"])(
  "it refuses the address %s",
  async (manager) => {
    const error = await findConnection({ manager, token: "t" }, { env: {}, home, cwd: home }).catch(
      (thrown: Error) => thrown,
    )
    expect(error).toMatchObject({ code: "usage_invalid" })
    expect(String(error)).not.toContain("secret-value")
  },
)

test("ALIEN_TOKEN belongs to ALIEN_MANAGER_URL, so --manager with another address does not get it", async () => {
  const find = (manager: string) => findConnection({ manager }, { env: environment, home, cwd: home })
  expect(await find("http://other:1")).toMatchObject({ url: "http://other:1", token: undefined })
  expect(await find("http://env:1/")).toMatchObject({ token: "from-env" })
  const { ALIEN_TOKEN } = environment
  const alone = { env: { ALIEN_TOKEN }, home, cwd: home }
  expect(await findConnection({ manager: "http://other:1" }, alone)).toMatchObject({ token: "from-env" })
})

test("ALIEN_TOKEN without a manager goes to none that a file names, because it may be another one's", async () => {
  await inFile("http://file:1", "from-file")
  const context = { env: { ALIEN_TOKEN: "s3cret" }, home, cwd: home }
  const error = await findConnection({}, context).catch((thrown: Error) => thrown)
  expect(error).toMatchObject({ code: "usage_invalid", message: expect.stringContaining("without ALIEN_MANAGER_URL") })
  expect(String(error)).not.toContain("s3cret")
  expect(await findConnection({ token: "typed" }, context)).toMatchObject({ url: "http://file:1", token: "typed" })
})

test("a token that says whose it is may come without a manager: it is compared before it is sent", async () => {
  await inFile("http://file:1", "from-file")
  const token = `alien_admin_${"a".repeat(16)}_${"B".repeat(26)}`
  expect(await findConnection({}, { env: { ALIEN_TOKEN: token }, home, cwd: home })).toMatchObject({
    url: "http://file:1",
    token,
  })
})

test("ALIEN_API_KEY is ALIEN_TOKEN's other name, which comes second and takes no key of another platform", async () => {
  await inFile("http://file:1", "from-file")
  const ALIEN_API_KEY = `alien_admin_${"a".repeat(16)}_${"B".repeat(26)}`
  const tokenOf = async (env: Record<string, string>) => (await findConnection({}, { env, home, cwd: home })).token
  expect(await tokenOf({ ALIEN_API_KEY })).toBe(ALIEN_API_KEY)
  expect(await tokenOf({ ...environment, ALIEN_API_KEY })).toBe("from-env")
  expect(await tokenOf({ ALIEN_MANAGER_URL: "http://env:1", ALIEN_API_KEY })).toBe(ALIEN_API_KEY)
  for (const foreign of ["ax_s3cret", "alien_admin_s3cret", ""]) {
    expect(await tokenOf({ ALIEN_API_KEY: foreign })).toBe("from-file")
    expect(await tokenOf({ ALIEN_MANAGER_URL: "http://env:1", ALIEN_API_KEY: foreign })).toBeUndefined()
  }
  const elsewhere = { env: { ALIEN_MANAGER_URL: "http://env:1", ALIEN_API_KEY }, home, cwd: home }
  expect(await findConnection({ manager: "http://other:1" }, elsewhere)).toMatchObject({ token: undefined })
})
