import { nearest, problem } from "@alienplatform/core/error"
import type { Action, CommonOptions } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { requireDeployment } from "../manager/find-deployment.ts"

export interface TokensCreateOptions extends CommonOptions {
  role?: string
  deployment?: string
  description?: string
}

const ROLES = ["admin", "customer"] as const

/** `alien tokens create`: the token alone on stdout, this once. `--json`: `{token, secret}` as the API answers it. */
export const tokensCreate: Action<TokensCreateOptions> = async (_, options, context) => {
  const role = roleOf(options)
  const client = await connect(options, context)
  const { id } = options.deployment === undefined ? {} : await requireDeployment(client, options.deployment)
  const made = await client.createToken({
    role,
    ...(id === undefined ? {} : { deploymentId: id }),
    ...(options.description === undefined ? {} : { description: options.description }),
  })
  if (options.json) context.stdout.write(`${JSON.stringify(made)}\n`)
  else {
    context.stderr.write(
      `${made.token.id}, ${role}${options.deployment ? ` of ${options.deployment}` : ""}; the token is shown this once:\n`,
    )
    context.stdout.write(`${made.secret}\n`)
  }
  return EXIT.ok
}

function roleOf({ role = "customer", deployment }: TokensCreateOptions): (typeof ROLES)[number] {
  const known = ROLES.find((name) => name === role)
  if (known === undefined) {
    const meant = nearest(role, ROLES)
    throw problem("usage_invalid", {
      message: `--role ${role} is no role`,
      hint: meant ? `did you mean: ${meant}?` : `one of ${ROLES.join(", ")}`,
    })
  }
  if ((known === "customer") === (deployment !== undefined)) return known
  throw problem("usage_invalid", {
    message:
      known === "customer"
        ? "a customer's token is good for one deployment"
        : "an admin's token is good for all deployments",
    hint: known === "customer" ? "name it: --deployment NAME" : "leave --deployment out, or take --role customer",
  })
}
