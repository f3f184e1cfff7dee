import { createRoute, z } from "@hono/zod-openapi"
import { bearer, jsonBody, refusals, tokenRefusals } from "../answers.ts"
import { ErrorBody } from "../error-body.ts"

export const BackupRequest = z
  .strictObject({
    /** Absolute path on the manager's machine: not there yet, or an empty directory. */
    directory: z.string().min(1).max(4096),
  })
  .openapi("BackupRequest")

const Counted = z.object({ count: z.int(), bytes: z.int() })

export const BackupReport = z
  .object({
    directory: z.string(),
    /** `ins_…` */
    installation: z.string(),
    bytes: z.int(),
    contents: z.object({
      database: z.object({ bytes: z.int() }),
      artifacts: Counted,
      certificates: Counted,
      /** False where ALIEN_ENCRYPTION_KEY holds it: whoever opens the backup has to give it. */
      key: z.boolean(),
    }),
  })
  .openapi("BackupReport")
export type BackupReport = z.infer<typeof BackupReport>

export const BackupProgress = z
  .object({ copiedBytes: z.int(), totalBytes: z.int(), path: z.string() })
  .openapi("BackupProgress")
export type BackupProgress = z.infer<typeof BackupProgress>

/** One line of the answer; the last one is a result or an error. */
export const BackupLine = z
  .union([z.object({ progress: BackupProgress }), z.object({ result: BackupReport }), z.object({ error: ErrorBody })])
  .openapi("BackupLine")

/**
 * Copies the installation, while it works, to a directory that `alien serve --data` opens. What is wrong with the request is
 * refused at once; who hangs up breaks the backup off.
 */
export const backup = createRoute({
  method: "post",
  path: "/v1/backup",
  operationId: "backup",
  security: bearer,
  request: jsonBody(BackupRequest),
  responses: {
    200: {
      description: "One BackupLine per line, the last one with the result or the error",
      content: { "application/x-ndjson": { schema: BackupLine } },
    },
    400: refusals[400],
    409: refusals[409],
    422: refusals[422],
    ...tokenRefusals,
  },
})
