import type { ChildProcess } from "node:child_process"
import { runCurl } from "./curl.ts"

/**
 * Runs the curl line that `alien dev` prints once it is ready, then ends it as Ctrl-C does. Returns curl's output;
 * throws with everything that `alien dev` printed when it ends by itself.
 */
export async function tryDev(dev: ChildProcess): Promise<string> {
  let printed = ""
  for (const stream of [dev.stdout, dev.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      printed += text
    })
  const ended = new Promise<number>((resolve, reject) => {
    dev.once("error", reject)
    dev.once("close", (code) => resolve(code ?? 1))
  })
  const ready = new Promise<string[]>((resolve) => {
    const look = () => {
      const [, words] = /^ *curl (.+)\n/m.exec(printed) ?? []
      if (words) resolve(words.split(" "))
    }
    dev.stdout?.on("data", look)
  })
  const failed = ended.then((code) => {
    throw new Error(`alien dev ended with ${code}\n${printed}`)
  })
  try {
    return await runCurl(await Promise.race([ready, failed]))
  } finally {
    dev.kill("SIGINT")
    // What the race has thrown is not thrown again.
    failed.catch(() => {})
    await ended
  }
}
