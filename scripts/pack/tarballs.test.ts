import { expect, test } from "vitest"
import { differences, type Tarball } from "./tarballs.ts"

const packed = (files: readonly string[]): Tarball[] => [
  { name: "cli", version: "0.1.0", file: "/tarballs/cli.tgz", size: 1, integrity: "sha512-x", files },
]

test("a tarball that holds what was staged is as it should be, so it finds nothing", () => {
  expect(differences("cli", ["LICENSE", "dist/main.js"], packed(["LICENSE", "dist/main.js"]))).toEqual([])
})

test("a file that npm leaves out is missed by whoever installs the package, so it is named", () => {
  expect(differences("cli", ["LICENSE", "templates/.gitignore"], packed(["LICENSE"]))).toEqual([
    "cli: npm pack leaves out templates/.gitignore",
  ])
})

test("a file that nobody staged is named, so it is not published by accident", () => {
  expect(differences("cli", ["LICENSE"], packed(["LICENSE", "src/main.ts"]))).toEqual([
    "cli: npm pack adds src/main.ts",
  ])
})

test("a package without a tarball is named, so it is not forgotten", () => {
  expect(differences("sdk", [], packed([]))).toEqual(["sdk was not packed"])
})
