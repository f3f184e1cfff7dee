import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"

/**
 * Adds the platform packages that package-lock.json lacks. A registry that serves only this platform's binaries makes
 * npm write a lock file that its own `npm ci` refuses; with an entry per optional dependency (version, os, cpu, libc)
 * the file is complete on every platform. Run after `npm install` has changed the lock file.
 */
interface Entry {
  version?: string
  dev?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}

const OS = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"]
const CPU = ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32", "x64"]

const file = join(import.meta.dirname, "..", "package-lock.json")
const lock: { packages: Record<string, Entry> } = JSON.parse(await readFile(file, "utf8"))
const missing: string[] = []
for (const [path, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  if (path === "") continue
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const nested = `${path}/node_modules/${name}`
    const beside = `${path.slice(0, path.lastIndexOf("node_modules/"))}node_modules/${name}`
    if (lock.packages[nested] || lock.packages[beside] || lock.packages[`node_modules/${name}`]) continue
    if (!/^\d/.test(version)) continue
    lock.packages[beside] = { version, ...platformOf(name), ...(dev ? { dev } : {}), optional: true }
    missing.push(`${name}@${version}`)
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([left], [right]) => (left < right ? -1 : 1)))
await writeFile(file, `${JSON.stringify(lock, null, 2)}\n`)
console.log(missing.length === 0 ? "package-lock.json is complete" : `added ${missing.length}: ${missing.join(", ")}`)

/** Platform packages carry their platform in their name: `@esbuild/linux-x64`, `@rollup/rollup-linux-arm64-musl`. */
function platformOf(name: string): Pick<Entry, "os" | "cpu" | "libc"> {
  const words = name.slice(name.lastIndexOf("/") + 1).split("-")
  const os = OS.filter((word) => words.includes(word))
  const cpu = CPU.filter((word) => words.includes(word))
  const libc =
    words.includes("musl") || words.includes("musleabihf") ? ["musl"] : words.includes("gnu") ? ["glibc"] : []
  return { ...(os.length > 0 ? { os } : {}), ...(cpu.length > 0 ? { cpu } : {}), ...(libc.length > 0 ? { libc } : {}) }
}
