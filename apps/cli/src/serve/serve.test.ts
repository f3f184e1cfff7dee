import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { serveWith } from "../commands/serve.ts"
import { fakeContext } from "../testing/fake-context.ts"
import { readUserConfig, writeUserConfig } from "../user-config.ts"
import { userPaths } from "../user-paths.ts"
import { configurationOf, printable } from "./configuration.ts"

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "alien-serve-"))
})
afterEach(() => rm(directory, { recursive: true }))

const inHome = () => ({ env: { ALIEN_HOME: directory }, home: "/nowhere" })

describe("configuration", () => {
  const file = (content: unknown) => writeFile(join(directory, "alien.config.json"), JSON.stringify(content))

  test("flags come before the environment, it before the file, and that before the defaults", async () => {
    const env = { ALIEN_DATA: "from-env", ALIEN_PORT: "7501" }
    await file({ data: "from-file", port: 7502 })
    const inCwd = { cwd: directory, home: "/people/u" }
    expect(await configurationOf({ data: "from-flag", port: "7500" }, { ...inCwd, env })).toMatchObject({
      data: { value: join(directory, "from-flag"), from: "flag" },
      port: { value: 7500, from: "flag" },
    })
    expect(await configurationOf({}, { ...inCwd, env })).toMatchObject({
      data: { value: join(directory, "from-env"), from: "environment" },
      port: { value: 7501, from: "environment" },
    })
    expect(await configurationOf({}, { ...inCwd, env: {} })).toMatchObject({
      data: { value: join(directory, "from-file"), from: "file" },
      port: { value: 7502, from: "file" },
    })
    await rm(join(directory, "alien.config.json"))
    expect(await configurationOf({}, { ...inCwd, env: {} })).toMatchObject({
      data: { value: "/people/u/.local/share/alien/manager", from: "default" },
      port: { value: undefined, from: "default" },
    })
  })

  test("how many releases are kept comes from the same places, and is printed", async () => {
    const where = { cwd: directory, home: "/people/u" }
    const kept = async (keepReleases?: string, env = {}) => {
      const configuration = await configurationOf({ keepReleases }, { ...where, env })
      return printable(configuration).keepReleases
    }
    expect(await kept()).toEqual({ value: 30, from: "default" })
    await file({ keepReleases: 7 })
    expect(await kept()).toEqual({ value: 7, from: "file" })
    expect(await kept(undefined, { ALIEN_KEEP_RELEASES: "8" })).toEqual({ value: 8, from: "environment" })
    expect(await kept("9", { ALIEN_KEEP_RELEASES: "8" })).toEqual({ value: 9, from: "flag" })
    for (const wrong of ["0", "-1", "all"]) await expect(kept(wrong)).rejects.toMatchObject({ code: "usage_invalid" })
    await file({ keepReleases: 0 })
    await expect(kept()).rejects.toMatchObject({ code: "config_invalid" })
    await rm(join(directory, "alien.config.json"))
  })

  test.each([
    ["https://manager.example.com/", "https://manager.example.com"],
    ["https://MANAGER.example.com:8443", "https://manager.example.com:8443"],
    ["http://localhost:8080", "http://localhost:8080"],
    ["https://[2001:db8::1]", "https://[2001:db8::1]"],
  ])("the public URL %s is taken as %s", async (given, taken) => {
    const inCwd = { cwd: directory, home: "/people/u" }
    const fromFlag = await configurationOf({ publicUrl: given }, { ...inCwd, env: { ALIEN_PUBLIC_URL: "https://x" } })
    expect(fromFlag.publicUrl).toEqual({ value: taken, from: "flag" })
    const fromEnvironment = await configurationOf({}, { ...inCwd, env: { ALIEN_PUBLIC_URL: given } })
    expect(fromEnvironment.publicUrl).toEqual({ value: taken, from: "environment" })
    await file({ publicUrl: given })
    const fromFile = await configurationOf({}, { ...inCwd, env: {} })
    expect(printable(fromFile)).toMatchObject({ publicUrl: { value: taken, from: "file" } })
  })

  test.each([
    ["manager.example.com", "is no URL"],
    ["ftp://manager.example.com", "is no URL"],
    ["http://manager.example.com", "is not encrypted"],
    ["https://u:s3cret@manager.example.com", "has credentials"],
    ["https://manager.example.com/alien", "has a path"],
    ["https://manager.example.com?", "has a query"],
    ["https://manager.example.com/#x", "has a query"],
    ["https://manager\n.example.com", "has white space"],
    ["https://*.example.com", "is no address"],
    ["https://manager.example.com:0", "is no address"],
    ["https://0.0.0.0", "is no address"],
    ["https://[::]:8443", "is no address"],
  ])("the public URL %s is refused: it %s", async (publicUrl, why) => {
    const given = configurationOf({ publicUrl }, { cwd: directory, home: "/people/u", env: {} })
    const error = await given.catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ code: "usage_invalid", message: expect.stringContaining(why) })
    expect(String(error)).not.toContain("s3cret")
    await file({ publicUrl })
    await expect(configurationOf({}, { cwd: directory, home: "/people/u", env: {} })).rejects.toMatchObject({
      code: "config_invalid",
    })
  })

  test("every mistake in the file is named, with its place", async () => {
    await file({ prot: 1, port: "x" })
    await expect(configurationOf({}, { cwd: directory, env: {}, home: "/people/u" })).rejects.toMatchObject({
      code: "config_invalid",
      context: { violations: [{ path: "prot" }, { path: "port" }] },
    })
  })

  test("a file that was named has to be there, so it is an error when it is not", async () => {
    const options = { config: "none.json" }
    await expect(configurationOf(options, { cwd: directory, env: {}, home: "/people/u" })).rejects.toMatchObject({
      code: "config_invalid",
    })
  })

  test.each(["0x10", "65536", "-1", "http"])("it refuses port %s", async (port) => {
    await expect(configurationOf({ port }, { cwd: directory, env: {}, home: "/people/u" })).rejects.toMatchObject({
      code: "usage_invalid",
    })
  })

  test("what is printed masks the key, so it can be shown to others", async () => {
    const env = { ALIEN_ENCRYPTION_KEY: "very-secret" }
    const text = JSON.stringify(printable(await configurationOf({}, { cwd: directory, env, home: "/people/u" })))
    expect(text).toContain("********")
    expect(text).not.toContain("very-secret")
    expect(printable(await configurationOf({}, { cwd: directory, env: {}, home: "/people/u" }))).not.toHaveProperty(
      "encryptionKey",
    )
  })
})

describe("alien serve", () => {
  const url = "http://127.0.0.1:7400"

  /** Serves until the first Ctrl-C, which comes at once. */
  async function serve(adminToken: string | undefined, json = false) {
    let closed = false
    const context = fakeContext({ ...inHome(), cwd: directory })
    const ended = serveWith(
      async (_, tellAdminToken) => {
        if (adminToken !== undefined) await tellAdminToken(adminToken, url)
        return {
          url,
          installation: "ins_abcdefgh01234567",
          close: async () => {
            closed = true
          },
        }
      },
      { json },
      context,
    )
    context.interrupt()
    return { exit: await ended, out: context.out, closed }
  }

  test("on its first start it prints the token and saves it for the other commands", async () => {
    const { exit, out, closed } = await serve("adm_first")
    expect({ exit, closed }).toEqual({ exit: 0, closed: true })
    expect(out).toContain(url)
    expect(out).toContain("adm_first")
    expect(out).toContain(`Saved to ${userPaths(inHome()).config}`)
    expect(await readUserConfig(userPaths(inHome()).config)).toEqual({ manager: url, token: "adm_first" })
  })

  test("it has saved and printed the token before the manager takes it, so no crash leaves one that nobody knows", async () => {
    const context = fakeContext({ ...inHome(), cwd: directory })
    const killed = serveWith(
      async (_, tellAdminToken) => {
        await tellAdminToken("adm_first", url)
        throw new Error("killed")
      },
      {},
      context,
    )
    await expect(killed).rejects.toThrow("killed")
    expect(context.out).toContain("adm_first")
    expect(await readUserConfig(userPaths(inHome()).config)).toEqual({ manager: url, token: "adm_first" })
  })

  test("later it shows no token, and the file stays as it is", async () => {
    await serve("adm_first")
    expect((await serve(undefined)).out).not.toContain("token")
    expect(await readUserConfig(userPaths(inHome()).config)).toEqual({ manager: url, token: "adm_first" })
  })

  test("a user of another manager keeps it, and it says how to use this one", async () => {
    await writeUserConfig(userPaths(inHome()).config, { manager: "https://manager.example", token: "other" })
    expect((await serve("adm_first")).out).toContain("ALIEN_MANAGER_URL")
    expect(await readUserConfig(userPaths(inHome()).config)).toMatchObject({ token: "other" })
  })

  test("later at another port it saves that, if the saved token is its own and nobody else's address is", async () => {
    const config = userPaths(inHome()).config
    const own = `alien_admin_abcdefgh01234567_${"x".repeat(26)}`
    await writeUserConfig(config, { manager: "http://127.0.0.1:7499", token: own })
    expect((await serve(undefined)).out).toContain(`Its new address is saved to ${config}.`)
    expect(await readUserConfig(config)).toEqual({ manager: url, token: own })
    for (const kept of [
      { manager: "http://127.0.0.1:7499", token: own.replace("abcdefgh", "zzzzzzzz") },
      { manager: "https://manager.example.com", token: own },
    ]) {
      await writeUserConfig(config, kept)
      await serve(undefined)
      expect(await readUserConfig(config)).toEqual(kept)
    }
  })

  test("a new data directory at the saved address makes the saved token worthless, so it is replaced", async () => {
    await serve("adm_first")
    await serve("adm_second")
    expect(await readUserConfig(userPaths(inHome()).config)).toMatchObject({ token: "adm_second" })
  })

  test("the saved token of an installation that is still there is kept, since it is shown to nobody again", async () => {
    const tokenOf = (installation: string) => `alien_admin_${installation}_${"x".repeat(26)}`
    const { config, installations } = userPaths(inHome())
    const data = join(directory, "first")
    await mkdir(data)
    await serve(tokenOf("aaaaaaaaaaaaaaaa"))
    await writeFile(installations, JSON.stringify({ format: 1, installations: { ins_aaaaaaaaaaaaaaaa: data } }))
    expect((await serve(tokenOf("bbbbbbbbbbbbbbbb"))).out).toContain("Your commands use another manager")
    expect(await readUserConfig(config)).toMatchObject({ token: tokenOf("aaaaaaaaaaaaaaaa") })
    await rm(data, { recursive: true })
    await serve(tokenOf("bbbbbbbbbbbbbbbb"))
    expect(await readUserConfig(config)).toMatchObject({ token: tokenOf("bbbbbbbbbbbbbbbb") })
  })

  test("when it stops it says that the workloads go on and how to stop them", async () => {
    expect((await serve(undefined)).out).toMatch(/goes on[\s\S]*alien destroy/)
  })

  test("with --json it is one document per line", async () => {
    const { out } = await serve("adm_first", true)
    expect(
      out
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toMatchObject([{ event: "listening", url, token: "adm_first" }, { result: { url } }])
  })
})
