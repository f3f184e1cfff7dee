const MACHINES = { x64: 62, arm64: 183 }
const LIBRARIES = { glibc: "libc.so.6", musl: "libc.musl-x86_64.so.1", none: "libm.so.6" }

export interface AddonFacts {
  cpu?: keyof typeof MACHINES
  libc?: keyof typeof LIBRARIES
  /** Function by which it makes itself known to Node. */
  registers?: string
}

/** A file that looks like an addon for Linux, and has no code: an ELF header and a table of strings. */
export function addon({ cpu = "x64", libc = "glibc", registers = "napi_register_module_v1" }: AddonFacts = {}): Buffer {
  const header = Buffer.alloc(64)
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]) // \x7fELF, 64 bits, low byte first
  header.writeUInt16LE(MACHINES[cpu], 18)
  return Buffer.concat([header, Buffer.from(`\0${LIBRARIES[libc]}\0${registers}\0`)])
}
