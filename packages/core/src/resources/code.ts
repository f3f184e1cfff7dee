import { z } from "zod"
import { shownValue } from "../validation/seen.ts"

const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\0\r\n]*$/, { error: "must be one line without NUL characters" })

/** Name of a binary: allowed by cargo, and safe as a file name and as an argument. */
const BINARY_NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,127}$/

/** How source is built. */
export const Toolchain = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("typescript"), binaryName: text(128).optional() }),
  z.strictObject({
    type: z.literal("rust"),
    binaryName: z
      .string()
      .regex(BINARY_NAME, {
        error: ({ input }) => `must be 1-128 letters, digits, "-" or "_", not "-" first, is ${shownValue(input)}`,
      })
      .describe("Binary of the cargo package in `src`."),
  }),
  z.strictObject({
    type: z.literal("docker"),
    dockerfile: text(1024).optional().describe("Relative to `src`. Default `Dockerfile`."),
    buildArgs: z.record(text(128), z.string()).optional(),
    target: text(128).optional().describe("Stage of a multi-stage build."),
  }),
])
export type Toolchain = z.output<typeof Toolchain>

/** `[registry[:port]/]path[:tag][@sha256:digest]`, as in the OCI distribution specification. */
const IMAGE =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/

/** Where the program of a workload comes from. A release carries images and artifacts only. */
export const Code = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("source"),
    src: text(4096).describe("Folder to build from, relative to the stack's file."),
    toolchain: Toolchain,
  }),
  z.strictObject({
    type: z.literal("image"),
    image: z
      .string()
      .max(512)
      .regex(IMAGE, {
        error: ({ input }) => `must be an image reference such as ghcr.io/acme/api:1.2, is ${shownValue(input)}`,
      }),
  }),
  z.strictObject({
    type: z.literal("artifact"),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, {
      error: ({ input }) => `must be 64 lower-case hex characters, is ${shownValue(input)}`,
    }),
    toolchain: Toolchain,
  }),
])
export type Code = z.output<typeof Code>
