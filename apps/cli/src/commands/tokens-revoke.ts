import type { Action, CommonOptions } from "../command.ts"
import { askToConfirm } from "../confirm.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"

export interface TokensRevokeOptions extends CommonOptions {
  yes?: boolean
}

/** `alien tokens revoke ID`: asks first, because it cannot be taken back. `--json`: the token as the API answers it. */
export const tokensRevoke: Action<TokensRevokeOptions> = async ([id = ""], options, context) => {
  const client = await connect(options, context)
  if (!(await askToConfirm(`Revoke ${id}? Whoever uses it is locked out.`, options, context))) {
    context.stdout.write("Nothing was changed.\n")
    return EXIT.failed
  }
  const token = await client.revokeToken(id)
  context.stdout.write(options.json ? `${JSON.stringify(token)}\n` : `${token.id} is worthless now.\n`)
  return EXIT.ok
}
