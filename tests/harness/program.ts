import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { text } from "node:stream/consumers"

export interface Program extends AsyncDisposable {
  /** First line that the program printed on stdout. */
  firstLine: string
}

/** Starts a TypeScript program of an example outside every stack. It ends when it is disposed. */
export async function startProgram(file: string, environment: Record<string, string>): Promise<Program> {
  const child = spawn(process.execPath, [file], { env: environment, stdio: ["ignore", "pipe", "inherit"] })
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()))
  const lines = createInterface(child.stdout)
  const firstLine = await new Promise<string>((resolve, reject) => {
    lines.once("line", resolve)
    void closed.then(() => reject(new Error(`${file} ended before it said anything`)))
  })
  return {
    firstLine,
    async [Symbol.asyncDispose]() {
      child.kill()
      await closed
    },
  }
}

/** Runs a TypeScript program to its end and returns its stdout. Throws unless it exits with 0. */
export async function runProgram(file: string, environment: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, [file], { env: environment, stdio: ["ignore", "pipe", "inherit"] })
  const exit = new Promise((resolve) => child.once("close", resolve))
  const output = await text(child.stdout)
  if ((await exit) !== 0) throw new Error(`${file} ended with ${await exit}\n${output}`)
  return output
}
