import { spawn } from "node:child_process"
import { once } from "node:events"
import { cp, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { z } from "zod"
import { getVerified } from "../tests/harness/verified-https.ts"

const Event = z.looseObject({ event: z.string().optional() })
const Ready = z.object({ endpoints: z.array(z.object({ url: z.string() })) })

/** Times of one `alien dev`, in ms since the command was started. */
export interface DevStart {
  listening: number
  built: number
  release: number
  ready: number
  /** The first HTTPS answer, requested once `alien dev` said that it is ready. */
  answered: number
}

const alien = fileURLToPath(new URL("../bin/alien", import.meta.url))
const example = fileURLToPath(new URL("../examples/first-api", import.meta.url))

/**
 * Runs `alien dev` of examples/first-api `times` times, as a user who has nothing yet. The first run has no authority,
 * no database and nothing compiled; each other one continues where the one before ended.
 */
export async function measureDev(times: number): Promise<DevStart[]> {
  const directory = await mkdtemp(join(tmpdir(), "alien-bench-"))
  try {
    const folder = join(directory, "first-api")
    await cp(example, folder, { recursive: true, filter: (path) => !path.includes(".alien") })
    const starts: DevStart[] = []
    for (let time = 0; time < times; time++) starts.push(await startDev(folder, join(directory, "home")))
    return starts
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function startDev(cwd: string, home: string): Promise<DevStart> {
  const began = performance.now()
  const environment = { PATH: process.env.PATH, HOME: home, ALIEN_HOME: home }
  const child = spawn(process.execPath, [alien, "dev", "--json"], {
    cwd,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  })
  const exited = once(child, "exit")
  let said = ""
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text
  })
  const times: Record<string, number> = {}
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      said += `${line}\n`
      const { event, ...members } = Event.parse(JSON.parse(line))
      if (event) times[event] ??= performance.now() - began
      if (event !== "ready") continue
      const url = Ready.parse(members).endpoints[0]?.url ?? ""
      const authority = join(home, "data", "ca", "ca.crt")
      await getVerified(
        {
          ...{ resource: "api", endpoint: "default", state: "ready", address: "127.0.0.1" },
          ...{ url, port: Number(new URL(url).port), certificateAuthorityFile: authority },
        },
        "/",
      )
      times.answered = performance.now() - began
      const { listening = 0, built = 0, release = 0, ready = 0, answered = 0 } = times
      return { listening, built, release, ready, answered }
    }
    throw new Error(`alien dev ended before it was ready: ${said}`)
  } finally {
    child.kill("SIGINT")
    await exited
  }
}
