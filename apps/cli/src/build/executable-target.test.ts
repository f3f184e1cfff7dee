import { readFile } from "node:fs/promises"
import { expect, test } from "vitest"
import { executableTarget } from "./executable-target.ts"

/** The bytes that an ELF header begins with. */
const elf = (bits: 1 | 2, order: 1 | 2, system: number, machine: number) => {
  const bytes = [0x7f, 0x45, 0x4c, 0x46, bits, order, 1, system, 0, 0, 0, 0, 0, 0, 0, 0]
  const pair = (value: number) => (order === 1 ? [value & 0xff, value >> 8] : [value >> 8, value & 0xff])
  return Uint8Array.from([...bytes, ...pair(3), ...pair(machine), 0, 0, 0, 0])
}
const machO = (cpu: number) => Uint8Array.from([0xcf, 0xfa, 0xed, 0xfe, cpu, 0, 0, 1, ...new Array<number>(24).fill(0)])

test.each([
  ["linux-x64", elf(2, 1, 0, 62)],
  ["linux-x64", elf(2, 1, 3, 62)],
  ["linux-arm64", elf(2, 1, 0, 183)],
  ["linux-arm", elf(1, 1, 0, 40)],
  ["linux-ia32", elf(1, 1, 0, 3)],
  ["linux-riscv64", elf(2, 1, 0, 243)],
  ["linux-s390x", elf(2, 2, 0, 22)],
  ["freebsd-x64", elf(2, 1, 9, 62)],
  ["darwin-x64", machO(7)],
  ["darwin-arm64", machO(12)],
])("it reads %s from a header", (target, header) => {
  expect(executableTarget(header)).toBe(target)
})

test.each<[string, Uint8Array]>([
  ["nothing", new Uint8Array()],
  ["a cut header", elf(2, 1, 0, 62).subarray(0, 19)],
  ["a script", Buffer.from("#!/bin/sh\necho a script that is long enough\n")],
  ["WebAssembly", Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, ...new Array<number>(30).fill(0)])],
  ["Windows' own", Buffer.from(`MZ${"\0".repeat(60)}`)],
  ["a machine that Node has no name for", elf(2, 1, 0, 0x1234)],
  ["another byte order", elf(2, 2, 0, 62)],
  ["another system", elf(2, 1, 6, 62)],
  ["an old Mach-O", Uint8Array.from([0xce, 0xfa, 0xed, 0xfe, 7, ...new Array<number>(27).fill(0)])],
])("it does not take %s for an executable", (_what, file) => {
  expect(executableTarget(file)).toBeUndefined()
})

test("it takes bytes that lie in the middle of others, and knows the one that runs this", async () => {
  const bytes = Buffer.concat([Buffer.from("abc"), elf(2, 1, 0, 183)]).subarray(3)
  expect(executableTarget(bytes)).toBe("linux-arm64")
  expect(executableTarget(await readFile(process.execPath))).toBe(`${process.platform}-${process.arch}`)
})
