import { isAbsolute, resolve } from "node:path"
import type { BackupReport } from "@alienplatform/api/client"
import { problem } from "@alienplatform/core/error"
import type { Action, CommonOptions } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { isLoopback } from "../loopback.ts"
import { connect } from "../manager/client.ts"
import { bytes } from "../output/bytes.ts"
import { progressFor } from "../output/progress.ts"

/**
 * `alien backup DIRECTORY`: copies the installation, while its manager works, to a directory on the manager's machine.
 * `--json`: `{"event": "backup", copiedBytes, totalBytes, path}`, at last `{"result": {directory, installation, bytes, contents}}`.
 */
export const backup: Action<CommonOptions> = async ([given = ""], options, context) => {
  const client = await connect(options, context)
  if (!isLoopback(client.url) && !isAbsolute(given))
    throw problem("usage_invalid", {
      message: `${given} is a path of this machine, and the manager at ${client.url} may be on another`,
      hint: "name an absolute path on the manager's machine",
    })
  const directory = resolve(context.cwd, given)
  const progress = progressFor(context, options.json)
  const result = await progress.step(`back up to ${directory}`, (report) =>
    client.backup(directory, (now) => {
      // Whole tens: without a terminal each line that is new is printed.
      const tens = Math.floor((now.copiedBytes / Math.max(now.totalBytes, 1)) * 10)
      report([`${tens * 10} % of ${bytes(now.totalBytes)}`])
      progress.event("backup", now)
    }),
  )
  context.stdout.write(options.json ? `${JSON.stringify({ result })}\n` : reportText(result))
  return EXIT.ok
}

function reportText({ directory, installation, bytes: size, contents }: BackupReport): string {
  const { database, artifacts, certificates, key } = contents
  return [
    `${installation} is in ${directory}, ${bytes(size)}:`,
    `  database      ${bytes(database.bytes)}`,
    `  artifacts     ${artifacts.count}, ${bytes(artifacts.bytes)}`,
    `  certificates  ${certificates.count} files, ${bytes(certificates.bytes)}`,
    key
      ? "  key           whoever has it can read the secrets in the database"
      : "  no key        it is in ALIEN_ENCRYPTION_KEY alone; keep that too",
    "Not in it: logs, what runs, the certificate authority of this user.",
    "",
    "End this installation first (alien stop, where the manager has ended), then open the backup:",
    `  alien serve --data ${directory}`,
    "",
  ].join("\n")
}
