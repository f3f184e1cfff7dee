import { posix } from "node:path"
import type { ImageExecution } from "../image/build-image.ts"
import type { LayerFile } from "../layer/layer-file.ts"
import type { LayerContent } from "../layer/write-layer.ts"
import { problem } from "../oci-error.ts"

/**
 * What a built artifact is. `worker`: an ES module whose default export is served; `program`: an ES module that runs by
 * itself; `executable`: a program of the machine; `command`: files, and what to run among them.
 */
export type ArtifactKind = "worker" | "program" | "executable" | "command"

export interface ArtifactImageOptions {
  kind: ArtifactKind
  /** Path of what is started in the artifact; a `command` has none. */
  entry?: string
  /** The artifact's files, by their paths in it. */
  files: readonly LayerFile[]
  /** Runs in place of what the kind says; paths are relative to the artifact's files, as is the working directory. */
  command?: readonly string[]
  /**
   * Files beside the artifact. `entry` serves a `worker`, with the artifact's folder as its argument; a `program` loads it
   * before its own entry.
   */
  runtime?: { files: readonly LayerFile[]; entry: string }
  /** Name or path of Node in the base image. Default `node`. */
  node?: string
  env?: Readonly<Record<string, string>>
  /** Where it listens; also the variable `PORT` of a worker. */
  port?: number
}

/** Folder of the artifact's files in the image, and the working directory. */
const FOLDER = "app"
const RUNTIME_FOLDER = "opt/alien/runtime"
/** Nobody in particular, as in the images of many. It owns the artifact's files, so it may write beside them. */
const USER = { uid: 65_532, gid: 65_532 }
const DEFAULT_PORT = 8080

/**
 * The layers of an artifact, and what starts it. Layers are ordered by how seldom they change: the runtime, installed
 * packages, carried files, the program. It does not run as root.
 * @throws `artifact_invalid`
 */
export function artifactImage(options: ArtifactImageOptions): { layers: LayerContent[]; execution: ImageExecution } {
  const { kind, entry, files, runtime, port = DEFAULT_PORT } = options
  if (entry !== undefined && !files.some(({ path }) => path === entry))
    throw invalid(`its entry ${JSON.stringify(entry)} is not in it`)
  const own = (name: string, chosen: readonly LayerFile[]): LayerContent => ({
    name,
    files: chosen.map((file) => inFolder(file, FOLDER, kind === "executable" && file.path === entry)),
    root: FOLDER,
    owner: USER,
  })
  const of = (wanted: Part) => files.filter(({ path }) => partOf(path, entry) === wanted)
  return {
    layers: [
      ...(runtime && (kind === "worker" || loadsRuntime(options))
        ? [
            {
              name: "runtime",
              files: runtime.files.map((file) => inFolder(file, RUNTIME_FOLDER)),
              root: RUNTIME_FOLDER,
            },
          ]
        : []),
      own("packages", of("package")),
      own("files", of("carried")),
      own("program", of("program")),
    ],
    execution: {
      entrypoint: entrypointOf(options),
      env: {
        // Programs keep caches below it, and nobody has a home.
        HOME: `/${FOLDER}`,
        ...(kind === "worker" ? { ALIEN_HOST: "0.0.0.0", PORT: String(port) } : {}),
        ...options.env,
      },
      user: `${USER.uid}:${USER.gid}`,
      workingDir: `/${FOLDER}`,
      stopSignal: "SIGTERM",
      ...(kind === "worker" || options.port !== undefined ? { exposedPorts: [`${port}/tcp`] } : {}),
    },
  }
}

/** A command of its own starts what it wants, as it wants. */
const loadsRuntime = ({ kind, command = [], runtime }: ArtifactImageOptions): boolean =>
  kind === "program" && command.length === 0 && runtime !== undefined

function entrypointOf(options: ArtifactImageOptions): string[] {
  const { kind, entry, command, runtime, node = "node" } = options
  if (kind === "worker") {
    if (!runtime) throw invalid("a worker needs the runtime that serves it")
    return [node, `/${RUNTIME_FOLDER}/${runtime.entry}`, `/${FOLDER}`]
  }
  if (command && command.length > 0) return command.map((word, index) => (index === 0 ? programPath(word) : word))
  if (entry === undefined || kind === "command") throw invalid("nothing says what to run")
  if (kind === "executable") return [`/${FOLDER}/${entry}`]
  const first = loadsRuntime(options) ? ["--import", `/${RUNTIME_FOLDER}/${runtime?.entry}`] : []
  return [node, ...first, `/${FOLDER}/${entry}`]
}

/** A path becomes absolute, since runtimes look relative ones up differently; a name is looked up on the image's PATH. */
const programPath = (word: string): string => (word.includes("/") ? posix.resolve(`/${FOLDER}`, word) : word)

type Part = "package" | "carried" | "program"

const MANIFEST = "manifest.json"

function partOf(path: string, entry: string | undefined): Part {
  if (path.startsWith("node_modules/")) return "package"
  return path === entry || path === `${entry}.map` || path === MANIFEST ? "program" : "carried"
}

function inFolder(file: LayerFile, folder: string, executable = false): LayerFile {
  const path = `${folder}/${file.path}`
  return "content" in file ? { ...file, path, executable: executable || file.executable === true } : { ...file, path }
}

const invalid = (why: string) => problem("artifact_invalid", { message: `the artifact cannot become an image: ${why}` })
