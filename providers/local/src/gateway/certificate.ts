/**
 * Certificate of one host, issued by the user's own authority.
 *
 * Files `gateway/certificates/<host>/<sha256>.{crt,key}`, mode 0600, named by content, and `certificate.json`, which says
 * which pair is the current one and whose. A pair is never overwritten: the gateway may still be reading it. A
 * certificate that is due for renewal, or whose authority is another one by now, reads as different from what is wanted.
 */

import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { parseJson, problem, sha256Hex } from "@alienplatform/core"
import { makeDirectory } from "@alienplatform/core/make-directory"
import { knownValue, markedNode, type Owner, type Reading } from "@alienplatform/engine"
import { z } from "zod"
import { leafFacts, needsRenewal } from "../certificates/leaf-facts.ts"
import type { Local } from "../context.ts"
import { defineLocalNode } from "../define.ts"
import { readIfThere } from "../files.ts"

export interface CertificateProps {
  /** Lower case, under `localhost`. Changing it replaces the object. */
  host: string
  /** SHA-256 of the authority's PEM. */
  authority: string
  /**
   * `due` in the last thirty days, and when a file is lost; wanted is always `current`. Not while a new certificate would
   * end with the authority as well: it would be due again at once.
   */
  renewal: "current" | "due"
}

export interface CertificateAttributes {
  /** Relative to `gateway/`. */
  chainFile: string
  keyFile: string
  /** Hash of the chain's PEM. */
  sha256: string
  /** ms since the epoch */
  notAfter: number
}

const Current = z.object({
  format: z.literal(1),
  owner: z.object({
    installation: z.string(),
    deployment: z.string(),
    node: z.string(),
    incarnation: z.int().positive(),
  }),
  host: z.string(),
  authority: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  notAfter: z.number(),
})
type Current = z.infer<typeof Current>

export const Certificate = defineLocalNode<CertificateProps, CertificateAttributes>({
  type: "local.gateway.Certificate",
  identity: { by: "key", of: ["host"] },
  permissions: { read: [] },

  async read({ id, props, local }) {
    const host = id ?? knownValue<string>(props.host)
    const current = host === undefined ? undefined : await readCurrent(local, host)
    return current && readingOf(current, local)
  },
  async create({ props, owner, local }) {
    const known = await readCurrent(local, props.host)
    if (known && !isOf(known, owner)) throw taken(known)
    return { id: props.host, reading: await readingOf(await issue(props, owner, local), local) }
  },
  async update({ props, owner, observed, local }) {
    const current = await issue(props, owner, local)
    await removeOld(directoryOf(local, props.host), current.sha256, observed.attributes.sha256)
    return { reading: await readingOf(current, local) }
  },
  async delete({ id, local }) {
    await rm(directoryOf(local, id), { recursive: true, force: true })
    return { reading: null }
  },
})

async function readingOf(
  { host, owner, authority, sha256, notAfter }: Current,
  local: Local,
): Promise<Reading<CertificateProps, CertificateAttributes>> {
  const attributes = {
    chainFile: `certificates/${host}/${sha256}.crt`,
    keyFile: `certificates/${host}/${sha256}.key`,
    sha256,
    notAfter,
  }
  const chain = await usableChain(join(local.dataDirectory, "gateway"), attributes)
  const renewal = chain === undefined || isDue(chain, local) ? "due" : "current"
  return { id: host, owner, props: { host, authority, renewal }, attributes, version: sha256, status: "settled" }
}

/** Whatever incarnation it was made for. */
const isOf = ({ owner }: Current, { deployment, node }: Owner): boolean =>
  owner.deployment === deployment && markedNode(owner.node) === markedNode(node)

const isDue = (chain: string, { authority, clock }: Local): boolean =>
  needsRenewal(chain, clock.now()) && leafFacts(chain).notAfter < leafFacts(authority.certificate).notAfter

/** What the prop `authority` of a certificate is. */
export const authorityFingerprint = (pem: string): string => sha256Hex(pem)

async function issue({ host }: CertificateProps, owner: Owner, local: Local): Promise<Current> {
  const { chain, key, notAfter } = await local.authority.issue({ host })
  const directory = directoryOf(local, host)
  const sha256 = sha256Hex(chain)
  const authority = authorityFingerprint(local.authority.certificate)
  const current: Current = { format: 1, owner, host, authority, sha256, notAfter }
  await makeDirectory(directory, 0o700)
  await writeFile(join(directory, `${sha256}.key`), key, { mode: 0o600 })
  await writeFile(join(directory, `${sha256}.crt`), chain, { mode: 0o600 })
  await writeFile(join(directory, "certificate.json.new"), JSON.stringify(current), { mode: 0o600 })
  await rename(join(directory, "certificate.json.new"), join(directory, "certificate.json"))
  return current
}

/** All but the current pair and the one before, which the gateway serves until its route changes. */
async function removeOld(directory: string, current: string, before: string): Promise<void> {
  const old = (await readdir(directory)).filter(
    (name) => /^[0-9a-f]{64}\.(crt|key)$/.test(name) && !name.startsWith(current) && !name.startsWith(before),
  )
  await Promise.all(old.map((name) => rm(join(directory, name), { force: true })))
}

async function readCurrent(local: Local, host: string): Promise<Current | undefined> {
  const file = join(directoryOf(local, host), "certificate.json")
  const text = await readIfThere(file)
  if (text === undefined) return undefined
  const parsed = Current.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw problem("certificate_unreadable", {
    message: `${file} is damaged; remove its directory, the certificate is then issued again`,
    outcome: "refused",
  })
}

/** Nothing when a file is missing, damaged or not the one that was issued. */
async function usableChain(gateway: string, { chainFile, keyFile, sha256 }: CertificateAttributes) {
  const [chain, key] = await Promise.all(
    [chainFile, keyFile].map((file) => readFile(join(gateway, file), "utf8").catch(() => undefined)),
  )
  return chain !== undefined && key !== undefined && sha256Hex(chain) === sha256 ? chain : undefined
}

function directoryOf(local: Local, host: string): string {
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(host))
    throw problem("certificate_host_not_local", {
      message: `${JSON.stringify(host)} is not a lower-case DNS name; change the host label`,
      outcome: "refused",
    })
  return join(local.dataDirectory, "gateway", "certificates", host)
}

const taken = ({ host, owner }: Current) =>
  problem("name_taken", {
    message: `the certificate of ${host} belongs to ${owner.node} of deployment ${owner.deployment}; give this deployment another name`,
    outcome: "refused",
  })
