import { expect, test } from "vitest"
import { deploymentName } from "./names.ts"

test.each(["a", "dev", "acme-prod-1", "a".repeat(40)])("accepts the deployment name %s", (name) => {
  expect(deploymentName.parse(name)).toBe(name)
})

test.each(["", "Dev", "-a", "a-", "a.b", "a_b", "a/b", "a\nb", "a".repeat(41)])(
  "refuses the deployment name %j",
  (name) => {
    expect(deploymentName.safeParse(name).success).toBe(false)
  },
)
