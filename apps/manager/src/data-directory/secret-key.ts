import { randomBytes } from "node:crypto"
import { link, open, readFile, rm } from "node:fs/promises"
import { dirname } from "node:path"
import { hmacHex, problem } from "@alienplatform/core"
import type { Store } from "@alienplatform/store"
import { synced } from "./synced.ts"

const SIZE = 32
const VARIABLE = "ALIEN_ENCRYPTION_KEY"

export interface SecretKeyOptions {
  /** Holds the key unless it is given. */
  file: string
  /** 32 bytes in base64 or hex, from ALIEN_ENCRYPTION_KEY; then none is made. */
  given?: string | undefined
  /** The database that depends on the key; none is made beside it. Absent: nothing depends on one yet. */
  neededBy?: string | undefined
}

/**
 * The installation's key: 32 random bytes, given or in a file that only its owner reads, made whole on first start.
 * Throws `key_invalid`, and `key_missing` where a database exists without its key.
 */
export async function openSecretKey({ file, given, neededBy }: SecretKeyOptions): Promise<Uint8Array> {
  const temporary = `${file}.part`
  // What a crash left, perhaps another name of the key.
  await rm(temporary, { force: true })
  const known = await readFile(file).catch(absent)
  if (given) return sameAs(known, decoded(given), file)
  if (known) return checked(known, file)
  if (neededBy !== undefined)
    throw problem("key_missing", {
      message: `${file} is missing, but ${neededBy} depends on it; restore it from a backup, or set ${VARIABLE}`,
    })
  const handle = await open(temporary, "wx", 0o600)
  try {
    await handle.writeFile(randomBytes(SIZE))
    await handle.sync()
  } finally {
    await handle.close()
  }
  // A link never replaces: a key that somebody else made meanwhile stays.
  await link(temporary, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error
  })
  await rm(temporary, { force: true })
  await synced(dirname(file))
  return checked(await readFile(file), file)
}

/**
 * Throws `key_wrong` where the database was made with another key. What the first key makes of the installation's id is
 * kept to tell.
 */
export async function refuseWrongKey(store: Store, installation: string, secretKey: Uint8Array): Promise<void> {
  const check = hmacHex(secretKey, `key check of ${installation}`)
  if ((await store.keyCheck(check)) === check) return
  throw problem("key_wrong", {
    message: `the secret key is not the one that this data directory was made with; set ${VARIABLE} to that one, or restore the file key from a backup`,
  })
}

function checked(key: Uint8Array, file: string): Uint8Array {
  if (key.byteLength === SIZE) return key
  throw problem("key_invalid", {
    message: `${file} holds ${key.byteLength} bytes, not the ${SIZE} of a key; restore it from a backup`,
  })
}

function decoded(given: string): Uint8Array {
  const text = given.trim()
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, "hex")
  const key = Buffer.from(text, "base64")
  if (key.byteLength === SIZE && key.toString("base64").replace("=", "") === text.replace("=", "")) return key
  throw problem("key_invalid", {
    message: `${VARIABLE} is not ${SIZE} bytes in base64 or hex; make one with: openssl rand -base64 ${SIZE}`,
  })
}

function sameAs(known: Uint8Array | undefined, key: Uint8Array, file: string): Uint8Array {
  if (!known || Buffer.compare(known, key) === 0) return key
  throw problem("key_invalid", {
    message: `${VARIABLE} is another key than the one in ${file}; unset it, or set it to that one`,
  })
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error
}
