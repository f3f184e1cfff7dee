import { existsSync } from "node:fs"
import { realpath } from "node:fs/promises"
import { codeOf, problem } from "@alienplatform/core"
import { lockDataDirectory } from "@alienplatform/store"
import { InstallationsFile } from "./installations-file.ts"

export interface ClaimOptions {
  /** `installations.json` of the user. */
  file: string
  /** `ins_…` */
  installation: string
  /** Locked by this process. */
  dataDirectory: string
  /** Something that a manager started runs for a data directory, without a manager too. */
  runs(dataDirectory: string): Promise<boolean>
}

/**
 * Notes where this user's installation works. Throws `installation_running` where it works from another data directory, of
 * which this one is a copy: two of one installation would run everything twice, and act on the same objects.
 *
 * What another user, or another machine, has cannot be seen. The note is only believed where it is found true, so it may
 * be lost or old: the other directory has to be there and to have a manager or processes.
 */
export async function claimInstallation({ file, installation, dataDirectory, runs }: ClaimOptions): Promise<void> {
  const own = await realpath(dataDirectory)
  const installations = new InstallationsFile(file)
  for (;;) {
    const noted = installations.directoryOf(installation)
    if (noted === own) return
    if (noted !== undefined && existsSync(noted)) {
      if (await hasManager(noted)) throw running({ installation, own, other: noted, what: "its manager runs" })
      if (await runs(noted)) throw running({ installation, own, other: noted, what: "what it deployed runs" })
    }
    // Somebody else may have looked at the same moment; who is late looks again.
    if (installations.replace(installation, { before: noted, now: own })) return
  }
}

async function hasManager(dataDirectory: string): Promise<boolean> {
  try {
    await (await lockDataDirectory(dataDirectory)).release()
    return false
  } catch (error) {
    return codeOf(error) === "data_directory_locked"
  }
}

interface Running {
  installation: string
  own: string
  other: string
  what: string
}

const running = ({ installation, own, other, what }: Running) =>
  problem("installation_running", {
    message: `${own} is a copy of ${other}, where ${what}: both are installation ${installation}, and two of it would run everything twice`,
    hint: `end the other one first: its manager with Ctrl-C, what it deployed with alien stop --data ${other}; for another installation start with an empty directory`,
    context: { installation, directory: own, other },
  })
