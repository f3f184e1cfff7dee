import { makePrivateDirectory } from "@alienplatform/store"
import { realDirectory } from "../data-directory/real-directory.ts"

/** 100 ports from here are tried. */
const FIRST = 7400

/**
 * The port of the manager of a data directory: chosen on the first call, the same ever after, and nobody else's in the
 * user's `ports.json`. Makes the directory, because reservations of absent ones lapse. Throws `data_directory_unsafe`,
 * `ports_exhausted`, `ports_file_unreadable`, `ports_file_locked`.
 */
export async function managerPort({ dataDirectory, portsFile }: { dataDirectory: string; portsFile: string }) {
  await makePrivateDirectory(dataDirectory)
  const { reservePort } = await import("@alienplatform/provider-local")
  const reserved = await realDirectory(dataDirectory)
  return reservePort({ file: portsFile, service: "manager", dataDirectory: reserved, from: FIRST })
}
