import { type DestinationStream, destination, type Logger, pino } from "pino"

/** Names under which secrets travel; none of them is logged on purpose. */
const SECRETS = ["authorization", "token", "password", "secret", "privateKey", "cookie"]

/** JSON lines on standard error. `ALIEN_LOG_LEVEL` sets the least level, `info` without it. */
export const createLogger = (stream: DestinationStream = destination(2)): Logger =>
  pino(
    {
      level: process.env.ALIEN_LOG_LEVEL ?? "info",
      base: null,
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[redacted]" },
    },
    stream,
  )
