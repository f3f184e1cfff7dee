import { spawn } from "node:child_process"

export interface ChildOptions {
  cwd: string
  /** Variables added to our own environment. */
  environment?: Readonly<Record<string, string>>
}

/** Runs a program on our own terminal; resolves with its exit code, 1 when a signal ended it. */
export function runChild(command: string, options: readonly string[], { cwd, environment }: ChildOptions) {
  return new Promise<number>((resolve, reject) => {
    const child = spawn(command, options, { cwd, env: { ...process.env, ...environment }, stdio: "inherit" })
    child.on("error", reject)
    child.on("close", (code) => resolve(code ?? 1))
  })
}

/** Runs a program and captures its output, stdout and stderr as one text. */
export function captureChild(command: string, options: readonly string[], { cwd, environment }: ChildOptions) {
  return new Promise<{ exit: number; output: string }>((resolve, reject) => {
    const child = spawn(command, options, {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    })
    let output = ""
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8")
      stream.on("data", (text: string) => {
        output += text
      })
    }
    child.on("error", reject)
    child.on("close", (code) => resolve({ exit: code ?? 1, output }))
  })
}
