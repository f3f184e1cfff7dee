import type { ChildProcess } from "node:child_process"

/**
 * Runs the `alien curl` line that `alien dev` prints once it is ready, then ends it as Ctrl-C does. Returns what the line
 * prints; throws with everything that `alien dev` printed when it ends by itself.
 * @param alien runs one command line of `alien` beside it
 */
export async function tryDev(dev: ChildProcess, alien: (words: string[]) => Promise<string>): Promise<string> {
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
      const [, words] = /^ *alien (curl .+)\n/m.exec(printed) ?? []
      if (words) resolve(words.split(" "))
    }
    dev.stdout?.on("data", look)
  })
  const failed = ended.then((code) => {
    throw new Error(`alien dev ended with ${code}\n${printed}`)
  })
  try {
    return await alien(await Promise.race([ready, failed]))
  } finally {
    dev.kill("SIGINT")
    // What the race has thrown is not thrown again.
    failed.catch(() => {})
    await ended
  }
}
