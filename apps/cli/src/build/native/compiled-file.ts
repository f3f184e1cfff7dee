import { executableTarget } from "../executable-target.ts"
import { type Target, targetName } from "./target.ts"

/** What a compiled file's bytes say about where it runs. */
export interface CompiledFile {
  os: string
  /** Undefined where the file is for several. */
  cpu?: string | undefined
  /** Undefined where it needs none in particular. */
  libc?: "glibc" | "musl" | undefined
  /** Can Node load it as an addon? */
  isAddon: boolean
  /** NODE_MODULE_VERSION that it was compiled for; undefined where it is no addon, or one that any Node loads (N-API). */
  nodeModuleVersion?: number | undefined
}

/** NODE_MODULE_VERSION of Node 24, on which artifacts run. */
const NODE_MODULE_VERSION = 137

/** Reads the header of an ELF, Mach-O or PE file and the names that it needs; undefined for any other file. */
export function compiledFile(file: Buffer): CompiledFile | undefined {
  const platform = platformOf(file)
  if (!platform) return undefined
  const { os } = platform
  const version = /^node_register_module_v(\d+)$/.exec(wordAt(file, "\0node_register_module_v"))?.[1]
  return {
    ...platform,
    libc: os === "linux" ? libcOf(file) : undefined,
    isAddon: REGISTRATIONS.some((name) => file.includes(name)),
    nodeModuleVersion: version === undefined || file.includes("napi_") ? undefined : Number(version),
  }
}

function platformOf(file: Buffer): Pick<CompiledFile, "os" | "cpu"> | undefined {
  if (file.length < HEADER_BYTES) return undefined
  if (file.readUInt16BE(0) === MZ && file.includes("PE\0\0", file.readUInt32LE(PE_OFFSET))) return { os: "win32" }
  // A Java class starts alike; its version stands where the number of CPUs would, and is larger.
  if (file.readUInt32BE(0) === UNIVERSAL_MACH_O && file.readUInt32BE(4) < 20) return { os: "darwin" }
  const [os, cpu] = executableTarget(file)?.split("-") ?? []
  if (os) return { os, cpu }
  return file.readUInt32BE(0) === ELF ? { os: "another system" } : undefined
}

/** Of an ELF file with 64 bits, and of the MS-DOS part of a PE file. */
const HEADER_BYTES = 64
const MZ = 0x4d5a
/** Where a PE file says where its own header starts. */
const PE_OFFSET = 0x3c
const UNIVERSAL_MACH_O = 0xcafebabe
const ELF = 0x7f454c46

/** Functions by which an addon makes itself known to Node, which it has or calls. */
const REGISTRATIONS = [
  "napi_register_module_v",
  "napi_module_register",
  "node_register_module_v",
  "node_module_register",
]

/** Libraries that a file needs are named in its table of strings, each between zeros. */
const libcOf = (file: Buffer): CompiledFile["libc"] =>
  file.includes("\0libc.so.6\0") ? "glibc" : MUSL.some((name) => file.includes(name)) ? "musl" : undefined

const MUSL = ["\0libc.musl-", "\0libc.so\0"]

const wordAt = (file: Buffer, start: string): string => {
  const found = file.indexOf(start)
  return found === -1 ? "" : file.toString("latin1", found + 1, file.indexOf(0, found + 1))
}

/** Why a compiled file does not run on a target; undefined where it does. */
export function unfitness({ os, cpu, libc, nodeModuleVersion }: CompiledFile, target: Target): string | undefined {
  if (os !== target.os || (cpu !== undefined && cpu !== target.cpu))
    return `is for ${cpu === undefined ? os : `${os}-${cpu}`}, not ${targetName(target)}`
  if (libc !== undefined && libc !== target.libc) return `needs ${libc}, and ${targetName(target)} has ${target.libc}`
  if (nodeModuleVersion !== undefined && nodeModuleVersion !== NODE_MODULE_VERSION)
    return `was compiled for another Node (NODE_MODULE_VERSION ${nodeModuleVersion}); artifacts run on Node 24 (${NODE_MODULE_VERSION})`
  return undefined
}
