import { randomBytes } from "node:crypto"
import { link, open, readFile, rm } from "node:fs/promises"
import { problem } from "@alienplatform/core"

const SIZE = 32

/** The installation's key: 32 random bytes in a file that only its owner reads, made whole on first start. */
export async function openSecretKey(file: string): Promise<Uint8Array> {
  const known = await readFile(file).catch(absent)
  if (known) return checked(known, file)
  const temporary = `${file}.${process.pid}.part`
  await rm(temporary, { force: true })
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
  return checked(await readFile(file), file)
}

function checked(key: Uint8Array, file: string): Uint8Array {
  if (key.byteLength === SIZE) return key
  throw problem("key_invalid", {
    message: `${file} holds ${key.byteLength} bytes, not the ${SIZE} of a key; restore it from a backup`,
  })
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error
}
