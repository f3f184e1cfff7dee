import { expect, test } from "vitest"
import { logFrames } from "./log-frames.ts"

const frame = (stream: number, text: string) => {
  const bytes = Buffer.from(text)
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0])
  header.writeUInt32BE(bytes.length, 4)
  return Buffer.concat([header, bytes])
}

const read = async (chunks: Buffer[]) => {
  const found: string[] = []
  async function* source() {
    yield* chunks
  }
  for await (const frames of logFrames(source()))
    for (const { stream, time, bytes } of frames) found.push(`${stream} ${time} ${bytes}`)
  return found
}

test("it finds every frame however they are cut, and takes their times off", async () => {
  const all = Buffer.concat([frame(1, "2030-01-01T00:00:00Z one line\n"), frame(2, "2030-01-01T00:00:01Z ü\n")])
  const wanted = ["stdout 2030-01-01T00:00:00Z one line\n", "stderr 2030-01-01T00:00:01Z ü\n"]
  expect(await read([all])).toEqual(wanted)
  expect(await read([...all].map((byte) => Buffer.from([byte])))).toEqual(wanted)
})

test("it leaves out what was cut off by the end", async () => {
  expect(await read([frame(1, "t line").subarray(0, -1)])).toEqual([])
})

test("it refuses a length that no engine announces", async () => {
  await expect(read([Buffer.from([1, 0, 0, 0, 255, 255, 255, 255])])).rejects.toThrow("4294967295 bytes")
})
