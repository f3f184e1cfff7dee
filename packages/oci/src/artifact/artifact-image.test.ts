import { expect, test } from "vitest"
import { type ArtifactImageOptions, artifactImage } from "./artifact-image.ts"

const file = (path: string) => ({ path, content: { bytes: Buffer.from(path) } })
const FILES = [file("index.mjs"), file("bin/agent"), file("manifest.json")]
const entrypoint = (options: Partial<ArtifactImageOptions>) =>
  artifactImage({ kind: "program", files: FILES, ...options }).execution.entrypoint

test("an artifact's image: it starts what the kind says", () => {
  expect(entrypoint({ entry: "index.mjs" })).toEqual(["node", "/app/index.mjs"])
  const runtime = { files: [], entry: "r.mjs" }
  expect(entrypoint({ entry: "index.mjs", runtime })).toEqual([
    "node",
    "--import",
    "/opt/alien/runtime/r.mjs",
    "/app/index.mjs",
  ])
  expect(entrypoint({ entry: "index.mjs", command: ["npm", "start"], runtime })).toEqual(["npm", "start"])
  expect(entrypoint({ kind: "executable", entry: "bin/agent" })).toEqual(["/app/bin/agent"])
  expect(
    entrypoint({ kind: "worker", entry: "index.mjs", node: "/usr/bin/node", runtime: { files: [], entry: "m.js" } }),
  ).toEqual(["/usr/bin/node", "/opt/alien/runtime/m.js", "/app"])
  expect(entrypoint({ kind: "command", command: ["python3", "main.py"] })).toEqual(["python3", "main.py"])
  expect(entrypoint({ kind: "command", command: ["./bin/agent", "--x"] })).toEqual(["/app/bin/agent", "--x"])
  expect(entrypoint({ kind: "command", command: ["/usr/bin/env"] })).toEqual(["/usr/bin/env"])
  expect(entrypoint({ entry: "index.mjs", command: ["npm", "start"] })).toEqual(["npm", "start"])
})

test("an artifact's image: it runs an executable, which is the only file that may be", () => {
  const { layers, execution } = artifactImage({ kind: "executable", entry: "bin/agent", files: FILES, port: 9100 })
  const modes = layers.flatMap(({ files }) => files.map((one) => [one.path, "executable" in one && one.executable]))
  expect(Object.fromEntries(modes)).toEqual({
    "app/bin/agent": true,
    "app/index.mjs": false,
    "app/manifest.json": false,
  })
  expect(execution).toMatchObject({ user: "65532:65532", workingDir: "/app", exposedPorts: ["9100/tcp"] })
})

test("an artifact's image: it is refused without anything to run", () => {
  const refusal = expect.objectContaining({ code: "artifact_invalid" })
  expect(() => entrypoint({})).toThrow(refusal)
  expect(() => entrypoint({ kind: "command" })).toThrow(refusal)
  expect(() => entrypoint({ kind: "worker", entry: "index.mjs" })).toThrow(refusal)
  expect(() => entrypoint({ entry: "other.mjs" })).toThrow(refusal)
})
