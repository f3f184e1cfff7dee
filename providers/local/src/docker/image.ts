/**
 * An image in the store of this machine's container engine: pulled where it is not there, or loaded from an artifact.
 *
 * It is never deleted: others may use it, and the next release may. Its address is the image's own id, which follows from
 * its content, so a tag that moves changes nothing for a release that runs: another release is another node.
 * @see https://docs.docker.com/reference/api/engine/version/v1.44/#tag/Image
 */
import { join } from "node:path"
import { problem } from "@alienplatform/core"
import { defineEnsure, knownValue, type Reading } from "@alienplatform/engine"
import { z } from "zod"
import { unpackArtifact } from "../artifacts/unpack.ts"
import type { Local, LocalContext } from "../context.ts"
import { absentIfNotFound } from "../errors.ts"
import type { Engine } from "./engine.ts"

export interface ImageProps {
  /** Reference of an image, as declared; absent where it comes from an artifact. */
  image?: string | undefined
  /** SHA-256 of an artifact that is the archive of an image. */
  artifact?: string | undefined
}

export interface ImageAttributes {
  /** `sha256:…`, what containers are made from. */
  id: string
  /** `repository@sha256:…`, where it was pulled from; absent for one that was built or loaded here. */
  digest?: string
}

const Inspected = z.object({ Id: z.string(), RepoDigests: z.array(z.string()).nullish() })

export const Image = defineEnsure<ImageProps, ImageAttributes, LocalContext>({
  type: "local.docker.Image",
  visibleWithin: 0,
  reads: { first: 100, cap: 31_000 },
  permissions: { read: [] },

  async read({ id, props, local }) {
    const image = knownValue<string>(props.image)
    const artifact = knownValue<string>(props.artifact)
    const key = keyOf({ image, artifact }, local)
    const pull = local.pulls.running(key)
    if (pull) return pulling(image ?? key, pull.progress)
    const address = id?.startsWith("sha256:") ? id : image
    if (address === undefined) return undefined
    return readingOf(await inspect(local.engine(), address))
  },
  async create({ props, local }) {
    const { image, artifact } = props
    const engine = local.engine()
    if (image !== undefined) {
      await local.pulls.pull(engine, image)
      return undefined
    }
    const name = await imageOf(artifact ?? "", local)
    const known = readingOf(await inspect(engine, name))
    if (known) return { reading: known }
    const file = keyOf(props, local)
    await local.pulls.load(engine, file)
    const loaded = readingOf(await inspect(engine, name))
    if (loaded) return { reading: loaded }
    if (local.pulls.running(file)) return undefined
    throw problem("image_unavailable", {
      message: `artifact ${artifact} was loaded, but image ${name} was not in it; release it again`,
      outcome: "refused",
    })
  },
})

/** What a pull is known by. */
const keyOf = ({ image, artifact = "" }: ImageProps, { dataDirectory }: Local): string =>
  image ?? join(dataDirectory, "artifacts", artifact, "image.tar")

/** The name of the image in an artifact, which is unpacked. */
async function imageOf(sha256: string, { dataDirectory }: Local): Promise<string> {
  const into = join(dataDirectory, "artifacts")
  const { manifest } = await unpackArtifact({ file: join(into, `${sha256}.tar.gz`), sha256, into })
  if (manifest.kind === "image") return manifest.image
  throw problem("artifact_invalid", {
    message: `artifact ${sha256} holds a ${manifest.kind}, not an image; release it again`,
    outcome: "refused",
  })
}

const inspect = (engine: Engine, address: string) =>
  engine.call({ method: "GET", path: `/images/${encodeURI(address)}/json` }, Inspected).catch(absentIfNotFound)

const readingOf = (found: z.infer<typeof Inspected> | undefined): Reading<ImageProps, ImageAttributes> | undefined => {
  if (!found) return undefined
  const id = found.Id.startsWith("sha256:") ? found.Id : `sha256:${found.Id}`
  const [digest] = found.RepoDigests ?? []
  return { id, props: {}, attributes: { id, ...(digest ? { digest } : {}) }, status: "settled" }
}

const pulling = (what: string, progress: string): Reading<ImageProps, ImageAttributes> => ({
  id: what,
  props: {},
  attributes: { id: "" },
  status: {
    waiting: {
      on: "cloud",
      code: "image_pulling",
      message: `${what} is being pulled${progress && ` (${progress})`}`,
    },
  },
})
