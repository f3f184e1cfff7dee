import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { runProgram } from "./run-program.ts"

/** Unpacks an image as a runtime does, from what skopeo made of it. */
export async function unpackImage(
  reference: string,
  directory: string,
): Promise<{ root: string; config: { config: Run } }> {
  const layout = join(directory, "pulled")
  await runProgram("skopeo", ["copy", "--src-tls-verify=false", `docker://${reference}`, `dir:${layout}`])
  const manifest = JSON.parse(await readFile(join(layout, "manifest.json"), "utf8"))
  const root = join(directory, "root")
  await mkdir(root)
  for (const { digest } of manifest.layers)
    await runProgram("tar", ["-xzf", join(layout, digest.slice(7)), "-C", root, "--same-owner", "--numeric-owner"])
  return { root, config: JSON.parse(await readFile(join(layout, manifest.config.digest.slice(7)), "utf8")) }
}

/** What a config says of how it starts. */
export interface Run {
  User: string
  WorkingDir: string
  Entrypoint: string[]
  Cmd?: string[]
  Env: string[]
}

/** Starts what a container starts: its words, variables, user and folder, in the image's own root. */
function start(root: string, { User, Entrypoint, Cmd = [], Env }: Run) {
  const words = [...Entrypoint, ...Cmd]
  const env = Object.fromEntries(Env.map((line) => line.split(/=(.*)/s, 2)))
  // chroot starts in /, and a runtime in the image's folder.
  return spawn(
    "/usr/sbin/chroot",
    [`--userspec=${User}`, root, "/bin/sh", "-c", 'cd "$0" && exec "$@"', "/app", ...words],
    {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    },
  )
}

/** Starts it, waits for the port in its first line, and asks it once. */
export async function askImage(root: string, run: Run): Promise<Record<string, unknown>> {
  const child = start(root, run)
  const ended = once(child, "exit")
  try {
    const lines = createInterface({ input: child.stdout })
    const [line] = await Promise.race([once(lines, "line"), ended.then(() => [""])])
    const [port] = /\d+/.exec(String(line)) ?? []
    return (await (await fetch(`http://127.0.0.1:${port}/`)).json()) as Record<string, unknown>
  } finally {
    child.kill("SIGKILL")
    await ended
  }
}
