import { createHash, randomBytes } from "node:crypto"
import { createReadStream, createWriteStream } from "node:fs"
import { chmod, readFile, rename, rm, symlink, utimes, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { Transform } from "node:stream"
import { pipeline } from "node:stream/promises"
import { createGunzip } from "node:zlib"
import { type AlienError, codeOf, problem } from "@alienplatform/core"
import { makeDirectory } from "@alienplatform/core/make-directory"
import { type Extract, extract } from "tar-stream"
import { shareWork } from "../share-work.ts"
import { artifactInvalid, type Manifest, parseManifest } from "./manifest.ts"

export interface UnpackLimits {
  /** Bytes of all files together, unpacked. */
  bytes: number
  files: number
}

export interface UnpackOptions {
  /** The tar.gz. */
  file: string
  /** Hash of the tar.gz, 64 lower-case hex characters. */
  sha256: string
  /** The directory of all artifacts; this one goes to `<into>/<sha256>`. */
  into: string
  limits?: UnpackLimits
}

export interface UnpackedArtifact {
  directory: string
  manifest: Manifest
}

type Entry = Extract extends AsyncIterable<infer Item> ? Item : never

const DEFAULT_LIMITS: UnpackLimits = { bytes: 512 * 1024 * 1024, files: 20_000 }

/**
 * Unpacks an artifact whose content nobody vouches for. It is there whole or not at all: files go to a directory
 * beside it that is renamed at the end. One that is there already is used as it is. Files cannot be written, since all
 * that run from it share them; those that the archive calls executable, and the entry of an executable, may be executed.
 * Throws `artifact_missing`, `artifact_hash_mismatch`, `artifact_unsafe`, `artifact_too_large`, `artifact_invalid`,
 * `artifact_target_mismatch`.
 */
export async function unpackArtifact({
  file,
  sha256,
  into,
  limits = DEFAULT_LIMITS,
}: UnpackOptions): Promise<UnpackedArtifact> {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw artifactInvalid(`${JSON.stringify(sha256)} is not a SHA-256`)
  const directory = join(into, sha256)
  const known = await readUnpacked(directory)
  if (known) {
    // Used now: it is not swept away before a process runs from it.
    const now = new Date()
    await utimes(directory, now, now)
    return known
  }
  return shareWork(directory, () => unpackTo(directory, { file, sha256, into, limits }))
}

async function unpackTo(
  directory: string,
  { file, sha256, into, limits }: Required<UnpackOptions>,
): Promise<UnpackedArtifact> {
  const draft = join(into, `.${sha256}.${randomBytes(6).toString("hex")}`)
  try {
    await makeDirectory(draft, 0o700)
    const manifest = await extractTo(draft, { file, sha256, limits })
    await rename(draft, directory).catch(async (error) => {
      if (!(await readUnpacked(directory))) throw error // A twin was faster.
    })
    return { directory, manifest }
  } catch (error) {
    throw asProblem(file, sha256, error)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

async function readUnpacked(directory: string): Promise<UnpackedArtifact | undefined> {
  const text = await readFile(join(directory, "manifest.json"), "utf8").catch(() => undefined)
  if (text === undefined) return undefined
  const manifest = parseManifest(text, () => true)
  // A copy of the data directory, or a person, may have taken its mode. That it is missing is told by its start.
  await makeExecutable(directory, manifest).catch(() => undefined)
  return { directory, manifest }
}

async function makeExecutable(directory: string, manifest: Manifest): Promise<void> {
  if (manifest.kind === "executable") await chmod(join(directory, manifest.entry), 0o500)
}

async function extractTo(
  draft: string,
  { file, sha256, limits }: { file: string; sha256: string; limits: UnpackLimits },
): Promise<Manifest> {
  const hash = createHash("sha256")
  const files = new Set<string>()
  const links = new Map<string, string>()
  let bytes = 0
  const unpack = extract()
  const source = pipeline(
    createReadStream(file),
    new Transform({
      transform(chunk, _, done) {
        hash.update(chunk)
        done(null, chunk)
      },
    }),
    createGunzip(),
    unpack,
  )
  source.catch(() => undefined) // Awaited below, when the entries are through.
  for await (const entry of unpack) {
    const path = safePath(entry)
    if (path !== undefined) {
      bytes += entry.header.size ?? 0
      files.add(path)
      if (bytes > limits.bytes || files.size > limits.files) throw tooLarge(limits)
      if (entry.header.type === "symlink") links.set(path, safeTarget(path, entry))
      else await write(join(draft, path), entry)
    }
    entry.resume()
  }
  await source
  await makeLinks(draft, files, links)
  const found = hash.digest("hex")
  if (found !== sha256) throw hashMismatch(file, sha256, found)
  const text = files.has("manifest.json") ? await readFile(join(draft, "manifest.json"), "utf8") : undefined
  const manifest = parseManifest(text, (path) => files.has(path))
  await makeExecutable(draft, manifest)
  return manifest
}

async function write(path: string, entry: Entry): Promise<void> {
  const mode = (entry.header.mode ?? 0) & 0o100 ? 0o500 : 0o400
  await makeDirectory(dirname(path), 0o700)
  if ((entry.header.size ?? 0) === 0) return writeFile(path, "", { flag: "wx", mode })
  await pipeline(entry, createWriteStream(path, { flags: "wx", mode }))
}

/** Links are made when all files are there, so that nothing is ever written through one. */
async function makeLinks(draft: string, files: ReadonlySet<string>, links: ReadonlyMap<string, string>) {
  for (const path of files)
    for (let folder = dirname(path); folder !== "."; folder = dirname(folder))
      if (links.has(folder)) throw unsafe(path, `lies below ${folder}, which is a link`)
  for (const [path, target] of links) {
    await makeDirectory(dirname(join(draft, path)), 0o700)
    await symlink(target, join(draft, path))
  }
}

/**
 * What a link leads to, when that lies in the artifact for sure. It climbs first and then only descends: a step up
 * behind a name that is itself a link would lead from wherever that one leads.
 */
function safeTarget(path: string, { header: { name, linkname } }: Entry): string {
  const target = linkname ?? ""
  const parts = target.split("/")
  const climbs = parts.findIndex((part) => part !== "..")
  const depth = path.split("/").length - 1
  const descends = climbs === -1 ? [] : parts.slice(climbs)
  const isInside = (climbs === -1 ? parts.length : climbs) <= depth
  if (!isInside || descends.some((part) => part === "" || part === "." || part === "..") || UNSAFE.test(target))
    throw unsafe(name, `is a link to ${JSON.stringify(target)}, which is not plainly in the artifact`)
  return target
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const UNSAFE = /[\\\x00-\x1f]/

/** Where a file goes; nothing for a directory. Anything that could write elsewhere is refused, not repaired. */
function safePath({ header }: Entry): string | undefined {
  const { name, type } = header
  if (type !== "file" && type !== "directory" && type !== "symlink")
    throw unsafe(name, `is a ${type}; only files, directories and links are taken`)
  const path = name.replace(/^\.\//, "").replace(/\/+$/, "")
  if (path === "" || path === ".") return undefined
  const parts = path.split("/")
  if (name.startsWith("/") || parts.some((part) => part === "" || part === "." || part === ".."))
    throw unsafe(name, "leaves the artifact's directory or is not plain")
  if (UNSAFE.test(path)) throw unsafe(name, "holds a backslash or a control character")
  if (parts.some((part) => Buffer.byteLength(part) > 255) || Buffer.byteLength(path) > 1024)
    throw unsafe(`${name.slice(0, 60)}…`, "is too long a name")
  return type === "directory" ? undefined : path
}

const unsafe = (name: string, why: string) =>
  problem("artifact_unsafe", {
    message: `the artifact cannot be unpacked: entry ${JSON.stringify(name)} ${why}; build it with \`alien release\``,
  })

const tooLarge = ({ bytes, files }: UnpackLimits) =>
  problem("artifact_too_large", {
    message: `the artifact holds more than ${bytes} bytes or ${files} files unpacked; leave out what the program does not need`,
  })

const hashMismatch = (file: string, expected: string, observed: string) =>
  problem("artifact_hash_mismatch", {
    message: `${file} has SHA-256 ${observed}, not ${expected}; it was damaged or changed, so release it again`,
  })

function asProblem(file: string, sha256: string, error: unknown): AlienError | unknown {
  const code = codeOf(error)
  if (code === "ENOENT")
    return problem("artifact_missing", {
      message: `artifact ${sha256} is not at ${file}; release it again`,
      cause: error,
    })
  // zlib and tar-stream say with an Error of their own that the bytes are not theirs; EEXIST: a path comes twice.
  if (code === "EEXIST" || code === "EISDIR" || code === "ENOTDIR")
    return artifactInvalid("two of its entries have the same path", error)
  if (code.startsWith("Z_") || code === "internal_error" || code.startsWith("ERR_STREAM"))
    return artifactInvalid(`it is not a whole tar.gz (${(error as Error).message})`, error)
  return error
}
