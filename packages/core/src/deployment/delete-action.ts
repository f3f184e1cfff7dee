import { z } from "zod"

/**
 * What a deletion does with our objects. cleanup: deletes them. detach: takes our marks off where that can be and leaves
 * them, for good. forget: leaves them with their marks, until the deployment is adopted.
 */
export const DeleteAction = z.enum(["cleanup", "detach", "forget"])
export type DeleteAction = z.output<typeof DeleteAction>
