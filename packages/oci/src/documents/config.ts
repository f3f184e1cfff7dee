import { z } from "zod"
import { problem } from "../oci-error.ts"
import { type Digest, isDigest } from "../reference/digest.ts"
import { parseDocument } from "./document.ts"

const Texts = z.array(z.string()).nullish()
const Names = z.record(z.string(), z.unknown()).nullish()

const Execution = z.looseObject({
  User: z.string().nullish(),
  ExposedPorts: Names,
  Env: Texts,
  Entrypoint: Texts,
  Cmd: Texts,
  Volumes: Names,
  WorkingDir: z.string().nullish(),
  Labels: z.record(z.string(), z.string()).nullish(),
  StopSignal: z.string().nullish(),
})

const Config = z.object({
  architecture: z.string(),
  os: z.string(),
  variant: z.string().nullish(),
  config: Execution.nullish(),
  rootfs: z.object({ type: z.literal("layers"), diff_ids: z.array(z.string()).nullish() }),
  history: z.array(z.looseObject({ empty_layer: z.boolean().nullish() })).nullish(),
})

/** What a container of an image starts with. */
export interface Execution {
  user?: string
  /** `8080/tcp` */
  exposedPorts: string[]
  /** `NAME=value`, in order. */
  env: string[]
  entrypoint: string[]
  cmd: string[]
  volumes: string[]
  workingDir?: string
  labels: Record<string, string>
  stopSignal?: string
}

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md */
export interface ImageConfig {
  os: string
  architecture: string
  variant?: string
  execution: Execution
  /** Digests of the layers' uncompressed tar archives, the lowest first. */
  diffIds: Digest[]
  history: Record<string, unknown>[]
}

/**
 * Reads a config whose bytes nobody vouches for.
 * @throws `image_invalid`
 */
export function parseConfig(bytes: Uint8Array, source: string): ImageConfig {
  const { os, architecture, variant, config, rootfs, history } = parseDocument(Config, bytes, source)
  const diffIds = rootfs.diff_ids ?? []
  if (!diffIds.every(isDigest)) throw problem("image_invalid", { message: `${source} has a diff_id that is no digest` })
  return {
    os,
    architecture,
    ...(variant ? { variant } : {}),
    diffIds,
    history: history ?? [],
    execution: {
      exposedPorts: Object.keys(config?.ExposedPorts ?? {}),
      env: config?.Env ?? [],
      entrypoint: config?.Entrypoint ?? [],
      cmd: config?.Cmd ?? [],
      volumes: Object.keys(config?.Volumes ?? {}),
      labels: config?.Labels ?? {},
      ...(config?.User ? { user: config.User } : {}),
      ...(config?.WorkingDir ? { workingDir: config.WorkingDir } : {}),
      ...(config?.StopSignal ? { stopSignal: config.StopSignal } : {}),
    },
  }
}

/** Sorted, so that the order in which somebody named them changes no digest. */
const namesObject = (names: readonly string[]) => Object.fromEntries([...names].sort().map((name) => [name, {}]))

/** A config as bytes that depend on its members alone. */
export function configBytes({ os, architecture, variant, execution, diffIds, history }: ImageConfig): Uint8Array {
  const { user, exposedPorts, env, entrypoint, cmd, volumes, workingDir, labels, stopSignal } = execution
  const sortedLabels = Object.fromEntries(Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1)))
  const document = {
    created: EPOCH,
    architecture,
    os,
    ...(variant === undefined ? {} : { variant }),
    config: {
      ...(user === undefined ? {} : { User: user }),
      ...(exposedPorts.length === 0 ? {} : { ExposedPorts: namesObject(exposedPorts) }),
      ...(env.length === 0 ? {} : { Env: env }),
      ...(entrypoint.length === 0 ? {} : { Entrypoint: entrypoint }),
      ...(cmd.length === 0 ? {} : { Cmd: cmd }),
      ...(volumes.length === 0 ? {} : { Volumes: namesObject(volumes) }),
      ...(workingDir === undefined ? {} : { WorkingDir: workingDir }),
      ...(Object.keys(labels).length === 0 ? {} : { Labels: sortedLabels }),
      ...(stopSignal === undefined ? {} : { StopSignal: stopSignal }),
    },
    rootfs: { type: "layers", diff_ids: diffIds },
    history,
  }
  return new TextEncoder().encode(JSON.stringify(document))
}

/** The time of everything that is built, so that no digest depends on when it was. */
export const EPOCH = "1970-01-01T00:00:00Z"
