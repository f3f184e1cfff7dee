import { defineLookup } from "@alienplatform/engine"
import { verbPermissions } from "../define.ts"
import type { MemoryContext } from "../object.ts"

interface Props {
  arn: string
}

/** A customer's certificate: read, never written. Until it is issued, a person must act. */
export const Certificate = defineLookup<Props, { arn: string }, MemoryContext>({
  type: "memory.trust.Certificate",
  permissions: verbPermissions({ read: "certificate.get" }),
  read: ({ cloud, props }) =>
    cloud.request("read", "certificate", () => {
      const found = cloud.existing(props.arn)
      if (!found) return undefined
      const issued = found.props.status === "issued"
      return {
        id: found.id,
        props,
        attributes: { arn: found.id },
        status: issued
          ? "settled"
          : {
              waiting: {
                on: "person",
                code: "certificate_not_issued",
                message: `${found.id} is ${String(found.props.status)}`,
                fix: "issue it",
              },
            },
      }
    }),
})
