import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url))

/** Says on stderr what is loaded. */
const HOOK = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from "node:module"
  registerHooks({ load: (url, context, next) => (process.stderr.write(url + "\\n"), next(url, context)) })
`)}`

/** Addresses of all modules that a command line loads. */
const loadedBy = (...argv: string[]) =>
  new Promise<string>((resolve) => {
    const env = { PATH: process.env.PATH, ALIEN_MANAGER_URL: "http://127.0.0.1:9", ALIEN_TOKEN: "none" }
    execFile(process.execPath, ["--import", HOOK, MAIN, ...argv], { env }, (_, __, stderr) => resolve(stderr))
  })

test.each([[["--help"]], [["deploy", "--help"]], [["list"]], [["info", "shop"]]])(
  "it loads neither schemas nor a builder nor a manager for %j, so it starts fast",
  async (argv) => {
    const loaded = await loadedBy(...argv)
    expect(loaded).toContain("src/program.ts")
    expect(loaded).not.toMatch(
      /node_modules\/(zod|hono|@hono|esbuild|listr2|@clack|kysely|pino)\/|core\/src\/index|apps\/manager|providers/,
    )
  },
)
