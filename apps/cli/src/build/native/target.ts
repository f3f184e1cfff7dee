import { problem } from "@alienplatform/core/error"

/** The machines that compiled code is for. */
export interface Target {
  /** In Node's words: `linux`, `darwin`. */
  os: string
  /** In Node's words: `x64`, `arm64`. */
  cpu: string
  /** C library, of Linux alone. */
  libc?: "glibc" | "musl"
}

/** As a manifest has it: `linux-x64` is Linux with glibc, `linux-x64-musl` Linux with musl. */
export const targetName = ({ os, cpu, libc }: Target): string => `${os}-${cpu}${libc === "musl" ? "-musl" : ""}`

/** Reads the name of a target. @throws `target_invalid` */
export function parseTarget(name: string): Target {
  const [, os, cpu, musl] = /^(linux|darwin)-(x64|arm64|arm|ia32|ppc64|s390x|riscv64)(-musl)?$/.exec(name) ?? []
  if (os === "linux" && cpu) return { os, cpu, libc: musl ? "musl" : "glibc" }
  if (os && cpu && !musl) return { os, cpu }
  throw problem("target_invalid", {
    message: `${JSON.stringify(name)} is no target; write its system and CPU, for example linux-x64, linux-arm64, linux-x64-musl or darwin-arm64`,
    context: { target: name },
  })
}

/** This machine. */
export function hostTarget(): Target {
  const [os, cpu] = [process.platform, process.arch]
  return os === "linux" ? { os, cpu, libc: hostLibc() } : { os, cpu }
}

/** Node tells the version of glibc that it runs on, and none with musl. */
function hostLibc(): "glibc" | "musl" {
  Object.assign(process.report, { excludeNetwork: true }) // It would look names up.
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return report.header?.glibcVersionRuntime === undefined ? "musl" : "glibc"
}
