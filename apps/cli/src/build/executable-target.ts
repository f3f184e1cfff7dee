/**
 * The target of an executable file, in Node's words (`linux-x64`), as its header says; undefined for anything else. It
 * says nothing about the C library.
 * @see https://gabi.xinuos.com/elf/02-eheader.html
 * @see https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/loader.h
 */
export function executableTarget(file: Uint8Array): string | undefined {
  const header = new DataView(file.buffer, file.byteOffset, file.byteLength)
  if (header.byteLength < 20) return undefined
  const magic = header.getUint32(0)
  if (magic === ELF) return elfTarget(header)
  if (magic === MACH_O) return name("darwin", MACH_O_ARCHITECTURES[header.getUint32(4, true)])
  return undefined
}

/** First four bytes of an ELF file: `\x7fELF`. */
const ELF = 0x7f454c46
/** First four bytes of a 64-bit Mach-O file: 0xfeedfacf, low byte first. */
const MACH_O = 0xcffaedfe

/** Architectures by Mach-O's cputype. */
const MACH_O_ARCHITECTURES: Readonly<Record<number, string>> = { 16777223: "x64", 16777228: "arm64" }

/** Platforms by e_ident[EI_OSABI]; System V stands for Linux as well. */
const ELF_PLATFORMS: Readonly<Record<number, string>> = { 0: "linux", 3: "linux", 9: "freebsd", 12: "openbsd" }

/** Architectures by e_machine, bits and byte order; only those that Node has names for. */
const ELF_ARCHITECTURES: Readonly<Record<string, string>> = {
  "3 32 little": "ia32",
  "21 64 little": "ppc64",
  "22 64 big": "s390x",
  "40 32 little": "arm",
  "62 64 little": "x64",
  "183 64 little": "arm64",
  "243 64 little": "riscv64",
  "258 64 little": "loong64",
}

function elfTarget(header: DataView): string | undefined {
  const bits = header.getUint8(4) === 2 ? 64 : 32
  const little = header.getUint8(5) === 1
  const machine = header.getUint16(18, little)
  return name(ELF_PLATFORMS[header.getUint8(7)], ELF_ARCHITECTURES[`${machine} ${bits} ${little ? "little" : "big"}`])
}

const name = (platform: string | undefined, architecture: string | undefined): string | undefined =>
  platform && architecture && `${platform}-${architecture}`
