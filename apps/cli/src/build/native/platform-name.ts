import type { Target } from "./target.ts"

const SYSTEMS = new Set([
  "linux",
  "linuxmusl",
  "darwin",
  "win32",
  "freebsd",
  "openbsd",
  "netbsd",
  "sunos",
  "aix",
  "android",
])
const CPUS = new Set([
  "x64",
  "arm64",
  "arm",
  "ia32",
  "ppc64",
  "ppc64le",
  "s390x",
  "riscv64",
  "loong64",
  "mips64el",
  "universal",
  "wasm32",
])

/** Words of a package's name, as `@img/sharp-linuxmusl-x64` and `@node-rs/argon2-linux-x64-gnu` have their platform in it. */
const wordsOf = (name: string): string[] => name.split(/[-/.]/)

/** Is it called like a package of one platform alone: does its name have a system and a CPU? */
export function isPlatformName(name: string): boolean {
  const words = wordsOf(name)
  return words.some((word) => SYSTEMS.has(word)) && words.some((word) => CPUS.has(word))
}

/** Is a package of that name one for the target? */
export function namesTarget(name: string, { os, cpu, libc }: Target): boolean {
  const words = wordsOf(name)
  if (!words.includes(cpu) && !(os === "darwin" && words.includes("universal"))) return false
  const isMusl = words.some((word) => word === "linuxmusl" || /^musl/.test(word))
  if (!words.includes(isMusl && os === "linux" && words.includes("linuxmusl") ? "linuxmusl" : os)) return false
  if (words.some((word) => /^(?:eabi|gnueabi)/.test(word)) && cpu !== "arm") return false
  return (
    os !== "linux" || isMusl === (libc === "musl") || !(isMusl || words.some((word) => /^(?:gnu|glibc)/.test(word)))
  )
}
